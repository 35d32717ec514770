# SPDX-License-Identifier: MIT
"""Makes a virtual environment and runs its interpreter."""

import os
import subprocess
import sys
import venv

venv.create("environment", with_pip=False, symlinks=True)
print(sorted(os.listdir("environment")))
python = os.path.join("environment", "bin", "python")
code = "import sys, json; print(sys.prefix == sys.base_prefix, sys.flags.isolated)"
for arguments in ([], ["-I"]):
    print(subprocess.run([python, *arguments, "-c", code], check=False, stdout=subprocess.PIPE))
sys.stdout.flush()
