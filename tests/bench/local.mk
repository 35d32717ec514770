# SPDX-License-Identifier: MIT
# Ratios against no library and against a preloaded object that only counts.
EXTRA_LTLIBRARIES = %D%/null_shim.la
%C%_null_shim_la_SOURCES = %D%/null_shim.c
%C%_null_shim_la_LDFLAGS = -module -avoid-version -shared -rpath /nowhere
# The least that interposition costs, whatever the library is built with.
%C%_null_shim_la_CFLAGS = $(AM_CFLAGS) -O2

# The same program as it is, and rebuilt as ThreadSanitizer wants it.
EXTRA_PROGRAMS = %D%/locks %D%/locks_tsan %D%/new_edge
CLEANFILES += $(EXTRA_PROGRAMS)
%C%_locks_SOURCES = %D%/locks.c %D%/memory.c %D%/memory.h %D%/timing.c %D%/timing.h
%C%_locks_CFLAGS = $(AM_CFLAGS) -O2
%C%_locks_LDADD = -lpthread
%C%_locks_tsan_SOURCES = $(%C%_locks_SOURCES)
%C%_locks_tsan_CFLAGS = $(AM_CFLAGS) -O2 -fsanitize=thread
%C%_locks_tsan_LDFLAGS = -fsanitize=thread
%C%_locks_tsan_LDADD = -lpthread
# The graph alone, without the calls that lead to it.
%C%_new_edge_SOURCES = %D%/new_edge.c
EXTRA_DIST += %D%/bench.py %D%/compare.py %D%/graphs.py %D%/imports.py %D%/locks.py \
  %D%/python_locks.py %D%/recorder.py %D%/suites.py

# make bench bench_flags="--tools": under ThreadSanitizer and Helgrind, too.
.PHONY: bench
bench: libpihook.la %D%/null_shim.la %D%/locks %D%/new_edge
	case "$(bench_flags)" in *--tools*) $(MAKE) %D%/locks_tsan;; esac
	%D%/new_edge
	PYTHONDONTWRITEBYTECODE=1 $(bench_python) $(srcdir)/%D%/bench.py $(bench_flags) \
	  $(abs_top_builddir)/.libs/libpihook.so $(abs_builddir)/%D%
# make bench-graphs bench_graphs_flags="--runs 100": joining the graphs of many runs.
.PHONY: bench-graphs
bench-graphs: tools/pihook
	PYTHONDONTWRITEBYTECODE=1 $(bench_python) $(srcdir)/%D%/graphs.py $(bench_graphs_flags) \
	  $(abs_top_builddir)/tools/pihook
bench_python = /usr/bin/python3
