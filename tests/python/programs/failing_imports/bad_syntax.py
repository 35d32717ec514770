# SPDX-License-Identifier: MIT
value = 1
this is no Python
