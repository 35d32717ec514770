# SPDX-License-Identifier: MIT
from . import __name__ as name

raise RuntimeError(name)
