# SPDX-License-Identifier: MIT
try:
    from package import raises
except RuntimeError:
    raise OSError("while handling")
