# SPDX-License-Identifier: MIT
# The preloaded library.  Its rooms that know neither CPython nor libc's interposition
# stand in libcore, which the command and the unit tests link too.
noinst_LTLIBRARIES += libcore.la
libcore_la_SOURCES = \
  %D%/base/clock.c %D%/base/clock.h \
  %D%/base/descriptor.c %D%/base/descriptor.h \
  %D%/base/error.c %D%/base/error.h \
  %D%/base/glob.c %D%/base/glob.h \
  %D%/base/hash.h \
  %D%/base/image.c %D%/base/image.h \
  %D%/base/kept.c %D%/base/kept.h \
  %D%/base/log.c %D%/base/log.h \
  %D%/base/map.c %D%/base/map.h \
  %D%/base/memory.c %D%/base/memory.h \
  %D%/base/nearest.c %D%/base/nearest.h \
  %D%/base/peek.c %D%/base/peek.h \
  %D%/base/resident.c %D%/base/resident.h \
  %D%/base/sink.c %D%/base/sink.h \
  %D%/base/table.c %D%/base/table.h \
  %D%/base/text.c %D%/base/text.h \
  %D%/base/unwind.c %D%/base/unwind.h \
  %D%/base/unwind_aarch64.c \
  %D%/base/unwind_cfi.c %D%/base/unwind_cfi.h \
  %D%/base/unwind_entry.c %D%/base/unwind_entry.h \
  %D%/base/unwind_expression.c %D%/base/unwind_expression.h \
  %D%/base/unwind_machine.h \
  %D%/base/unwind_memory.c %D%/base/unwind_memory.h \
  %D%/base/unwind_other.c \
  %D%/base/unwind_reader.h \
  %D%/base/unwind_table.c %D%/base/unwind_table.h \
  %D%/base/unwind_x86_64.c \
  %D%/base/whole.c %D%/base/whole.h \
  %D%/base/wiped.c %D%/base/wiped.h \
  %D%/base/write.c %D%/base/write.h \
  %D%/config/file.c %D%/config/file.h \
  %D%/config/hook_section.c %D%/config/hook_section.h \
  %D%/config/kinds.c %D%/config/kinds.h \
  %D%/config/lines.c %D%/config/lines.h \
  %D%/config/mistakes.c %D%/config/mistakes.h \
  %D%/config/options.c %D%/config/options.def %D%/config/options.h \
  %D%/config/quote.c %D%/config/quote.h \
  %D%/config/trust.c %D%/config/trust.h \
  %D%/imports/registry.c %D%/imports/registry.h \
  %D%/imports/statements.c %D%/imports/statements.h \
  %D%/locks/births.c %D%/locks/births.h \
  %D%/locks/buffer.c %D%/locks/buffer.h \
  %D%/locks/chains.c %D%/locks/chains.h \
  %D%/locks/class_graph.c %D%/locks/class_graph.h \
  %D%/locks/choice.c %D%/locks/choice.h \
  %D%/locks/claims.c %D%/locks/claims.h \
  %D%/locks/contexts.c %D%/locks/contexts.h \
  %D%/locks/cycle.c %D%/locks/cycle.h \
  %D%/locks/deadlock.c %D%/locks/deadlock.h \
  %D%/locks/draft.c %D%/locks/draft.h \
  %D%/locks/dump.c %D%/locks/dump.h \
  %D%/locks/edges.c %D%/locks/edges.h \
  %D%/locks/gates.c %D%/locks/gates.h \
  %D%/locks/graph_file.c %D%/locks/graph_file.h \
  %D%/locks/graph.c %D%/locks/graph.h \
  %D%/locks/graph_data.h \
  %D%/locks/identity.c %D%/locks/identity.h \
  %D%/locks/import_lock.h \
  %D%/locks/inversion.c %D%/locks/inversion.h \
  %D%/locks/items.c %D%/locks/items.h \
  %D%/locks/left_out.c %D%/locks/left_out.h \
  %D%/locks/kind.c \
  %D%/locks/known.c %D%/locks/known.h \
  %D%/locks/lock.h \
  %D%/locks/lookup.c %D%/locks/lookup.h \
  %D%/locks/misuse.c %D%/locks/misuse.h \
  %D%/locks/occurrence.c %D%/locks/occurrence.h \
  %D%/locks/order.c %D%/locks/order.h \
  %D%/locks/paths.c %D%/locks/paths.h \
  %D%/locks/segments.c %D%/locks/segments.h \
  %D%/locks/stacks.c %D%/locks/stacks.h \
  %D%/locks/thread.c %D%/locks/thread.h \
  %D%/locks/threads.c %D%/locks/threads.h \
  %D%/locks/waits.c %D%/locks/waits.h \
  %D%/report/assigned.c %D%/report/assigned.h \
  %D%/report/attribution.c %D%/report/attribution.h \
  %D%/report/color.c %D%/report/color.h \
  %D%/report/finding.c %D%/report/finding.h \
  %D%/report/finding_json.c %D%/report/finding_json.h \
  %D%/report/finding_strings.c %D%/report/finding_strings.h \
  %D%/report/finding_text.c %D%/report/finding_text.h \
  %D%/report/findings_file.c %D%/report/findings_file.h \
  %D%/report/fingerprint.c %D%/report/fingerprint.h \
  %D%/report/ignored.c %D%/report/ignored.h \
  %D%/report/json.c %D%/report/json.h \
  %D%/report/line_of_file.c %D%/report/line_of_file.h \
  %D%/report/place.c %D%/report/place.h \
  %D%/report/place_json.c %D%/report/place_json.h \
  %D%/report/report.c %D%/report/report.h \
  %D%/report/script_place.c %D%/report/script_place.h \
  %D%/report/suppressed.c %D%/report/suppressed.h \
  %D%/report/suppressions.c %D%/report/suppressions.h \
  %D%/report/told.c %D%/report/told.h \
  %D%/report/view.c %D%/report/view.h \
  %D%/report/who.c %D%/report/who.h \
  %D%/trace/buffer.c %D%/trace/buffer.h \
  %D%/trace/define.c %D%/trace/define.h \
  %D%/trace/file.c %D%/trace/file.h \
  %D%/trace/format.h \
  %D%/trace/numbers.c %D%/trace/numbers.h \
  %D%/trace/records.c %D%/trace/records.h \
  %D%/trace/spread.c %D%/trace/spread.h \
  %D%/trace/stats.c %D%/trace/stats.h \
  %D%/trace/stats_locks.c %D%/trace/stats_locks.h \
  %D%/trace/stats_text.c %D%/trace/stats_text.h
# What programs link for it.  A shared object takes inih as a linker's option instead,
# because libtool calls one that takes in an archive not portable.
CORE_LIBS = libcore.la $(INIH_ARCHIVE)

pkglib_LTLIBRARIES += libpihook.la
libpihook_la_SOURCES = \
  %D%/pihook.h \
  %D%/preload/barrier.c \
  %D%/preload/c11.c \
  %D%/preload/checks.c %D%/preload/checks.h \
  %D%/preload/checks_acquire.c \
  %D%/preload/checks_common.h \
  %D%/preload/checks_lock.c \
  %D%/preload/checks_release.c \
  %D%/preload/checks_thread.c \
  %D%/preload/checks_wait.c \
  %D%/preload/children.c %D%/preload/children.h \
  %D%/preload/cond.c \
  %D%/preload/dump.c %D%/preload/dump.h \
  %D%/preload/exit.c %D%/preload/exit.h \
  %D%/preload/exported.def \
  %D%/preload/libpihook.map \
  %D%/preload/fork.c %D%/preload/fork.h \
  %D%/preload/guard.c %D%/preload/guard.h \
  %D%/preload/init.c %D%/preload/init.h \
  %D%/preload/late_python.c %D%/preload/late_python.h \
  %D%/preload/mutex.c %D%/preload/mutex.h %D%/preload/mutex_state.c \
  %D%/preload/public.c %D%/preload/public.h \
  %D%/preload/python_import.c \
  %D%/preload/python_import_lock.c %D%/preload/python_import_lock.h \
  %D%/preload/python_gil.c %D%/preload/python_gil.h \
  %D%/preload/checks_interpreter.c \
  %D%/preload/python_join.c %D%/preload/python_join.h \
  %D%/preload/python_lock.c %D%/preload/python_lock.h \
  %D%/preload/python_lock_call.c %D%/preload/python_lock_call.h \
  %D%/preload/python_lock_life.c %D%/preload/python_lock_life.h \
  %D%/preload/real.c %D%/preload/real.h \
  %D%/preload/rwlock.c \
  %D%/preload/self.c %D%/preload/self.h \
  %D%/preload/spin.c \
  %D%/preload/thread.c \
  %D%/preload/tracer.c %D%/preload/tracer.h \
  %D%/preload/tracer_event.h \
  %D%/preload/tracer_gil.c \
  %D%/preload/tracer_import.c \
  %D%/preload/tracer_lock.c \
  %D%/preload/tracer_stats.c %D%/preload/tracer_stats.h \
  %D%/preload/tracer_thread.c \
  %D%/preload/tracer_use.c %D%/preload/tracer_use.h \
  %D%/preload/thread_setup.c \
  %D%/python/acquire.c %D%/python/acquire.h \
  %D%/python/action.c %D%/python/action.h \
  %D%/python/api.c %D%/python/api.def %D%/python/api.h \
  %D%/python/binding.c %D%/python/binding.h \
  %D%/python/call_site.h \
  %D%/python/call_site_aarch64.c \
  %D%/python/call_site_other.c \
  %D%/python/call_site_x86_64.c \
  %D%/python/call_sites.c %D%/python/call_sites.h \
  %D%/python/claim.c %D%/python/claim.h \
  %D%/python/early.c %D%/python/early.h \
  %D%/python/failure.c %D%/python/failure.h \
  %D%/python/fire.c %D%/python/fire.h \
  %D%/python/frames.c %D%/python/frames.h \
  %D%/python/frames_layout.c %D%/python/frames_layout.h \
  %D%/python/from_list.c %D%/python/from_list.h \
  %D%/python/import_trace.c %D%/python/import_trace.h \
  %D%/python/import_watch.h \
  %D%/python/importlib.c %D%/python/importlib.h \
  %D%/python/interpreter.c %D%/python/interpreter.h \
  %D%/python/lazy_by_hand.c %D%/python/lazy_by_hand.h \
  %D%/python/lazy_loader.c %D%/python/lazy_loader.h \
  %D%/python/lazy_trace.c %D%/python/lazy_trace.h \
  %D%/python/loader.c %D%/python/loader.h \
  %D%/python/method_table.c %D%/python/method_table.h \
  %D%/python/thread_handle.c %D%/python/thread_handle.h \
  %D%/python/thread_name.c %D%/python/thread_name.h \
  %D%/python/lock_road.c %D%/python/lock_road.h \
  %D%/python/lock_type.c %D%/python/lock_type.h \
  %D%/python/module.c %D%/python/module.h \
  %D%/python/module_def.c %D%/python/module_def.h \
  %D%/python/module_keys.c %D%/python/module_keys.h \
  %D%/python/module_state.c %D%/python/module_state.h \
  %D%/python/module_type.c %D%/python/module_type.h \
  %D%/python/module_uses.c %D%/python/module_uses.h \
  %D%/python/registration.c %D%/python/registration.h \
  %D%/python/road.c %D%/python/road.h \
  %D%/python/statements.c %D%/python/statements.h \
  %D%/python/status.c %D%/python/status.h \
  %D%/python/type_words.c %D%/python/type_words.h \
  %D%/python/way_in.c %D%/python/way_in.h
# Two stores through a vector register cost a fast path more than two stores.
libpihook_la_CFLAGS = $(AM_CFLAGS) -fno-tree-slp-vectorize
libpihook_la_CPPFLAGS = $(AM_CPPFLAGS) -DSYSTEM_CONFIG='"$(sysconfdir)/pihook.conf"'
libpihook_la_LIBADD = libcore.la $(INIH_STATIC)
# What is exported bears a mark in the source.  Symbols have no version, and so stand for
# every version that a program asks for; but what libc has in two, we have in both.
libpihook_la_LDFLAGS = -module -avoid-version -shared \
  -Wl,-z,relro -Wl,-z,now -Wl,-z,defs -Wl,-z,nodelete \
  -Wl,--exclude-libs,ALL -Wl,--version-script=$(srcdir)/%D%/preload/libpihook.map
EXTRA_libpihook_la_DEPENDENCIES = $(srcdir)/%D%/preload/libpihook.map

include_HEADERS = %D%/pihook.h
pkgconfigdir = $(libdir)/pkgconfig
pkgconfig_DATA = %D%/pihook.pc

# Where people look for it after `make`.
all-local: libpihook.so
libpihook.so: libpihook.la
	$(AM_V_GEN)rm -f $@ && ln -s .libs/libpihook.so $@
CLEANFILES += libpihook.so

# The plain package's source as the bytes of a C string.
BUILT_SOURCES += %D%/python/acquire_source.inc
CLEANFILES += %D%/python/acquire_source.inc
%D%/python/acquire_source.inc: tools/python/pihook/_acquire.py
	$(AM_V_GEN)$(MKDIR_P) %D%/python && { \
	  od -An -v -tx1 $(srcdir)/tools/python/pihook/_acquire.py | \
	    sed 's/ *\([0-9a-f][0-9a-f]\)/0x\1,/g'; echo 0; } >$@.new && mv $@.new $@
