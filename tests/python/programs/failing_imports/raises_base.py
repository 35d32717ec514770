# SPDX-License-Identifier: MIT
raise KeyboardInterrupt
