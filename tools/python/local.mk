# SPDX-License-Identifier: MIT
# The same interface in plain Python, for programs that run without the library: put the
# folder above it on sys.path, or copy it.
pihookpythondir = $(pkgdatadir)/python/pihook
dist_pihookpython_DATA = \
  %D%/pihook/__init__.py \
  %D%/pihook/_acquire.py \
  %D%/pihook/_hooks.py \
  %D%/pihook/_importlib.py \
  %D%/pihook/_locks.py \
  %D%/pihook/_registry.py \
  %D%/pihook/_version.py
