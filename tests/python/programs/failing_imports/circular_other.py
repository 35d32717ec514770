# SPDX-License-Identifier: MIT
from circular import value
