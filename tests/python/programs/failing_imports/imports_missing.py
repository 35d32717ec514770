# SPDX-License-Identifier: MIT
import json
import there_is_no_such_module
