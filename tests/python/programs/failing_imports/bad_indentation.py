# SPDX-License-Identifier: MIT
if True:
value = 1
