# SPDX-License-Identifier: MIT
value = 1
