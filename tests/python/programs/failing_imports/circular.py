# SPDX-License-Identifier: MIT
import circular_other
value = 1
