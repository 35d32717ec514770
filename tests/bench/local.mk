# SPDX-License-Identifier: MIT
# Ratios against no library and against a preloaded object that does nothing.
EXTRA_LTLIBRARIES = %D%/null_shim.la
%C%_null_shim_la_SOURCES = %D%/null_shim.c
%C%_null_shim_la_LDFLAGS = -module -avoid-version -shared -rpath /nowhere
EXTRA_DIST += %D%/bench.py

.PHONY: bench
bench: libpihook.la %D%/null_shim.la
	$(bench_python) $(srcdir)/%D%/bench.py $(bench_flags) \
	  $(abs_top_builddir)/.libs/libpihook.so $(abs_builddir)/%D%/.libs/null_shim.so
bench_python = /usr/bin/python3
