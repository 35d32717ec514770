# SPDX-License-Identifier: MIT
"""The version, the same as the library's (a test holds it to configure.ac)."""

__version__ = "0.1.0"
