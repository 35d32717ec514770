# SPDX-License-Identifier: MIT
def deep():
    raise ValueError("from the body")


deep()
