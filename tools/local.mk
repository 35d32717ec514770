# SPDX-License-Identifier: MIT
# The command and what stands around it.
bin_PROGRAMS += %D%/pihook
%C%_pihook_SOURCES = \
  %D%/main.c \
  %D%/command.c %D%/command.h \
  %D%/interrupted.c %D%/interrupted.h \
  %D%/progress.c %D%/progress.h \
  %D%/replacement.c %D%/replacement.h \
  %D%/check.c \
  %D%/check/child.c %D%/check/child.h \
  %D%/check/library.c %D%/check/library.h \
  %D%/check/object.c %D%/check/object.h \
  %D%/check/preload.c %D%/check/preload.h \
  %D%/check/program.c %D%/check/program.h \
  %D%/check/python.c %D%/check/python.h \
  %D%/explain.c \
  %D%/explain/rule.c %D%/explain/rule.h \
  %D%/explain/address_order.c \
  %D%/explain/bad_destroy.c \
  %D%/explain/bad_unlock.c \
  %D%/explain/deadlock.c \
  %D%/explain/gil_order.c \
  %D%/explain/held_at_exit.c \
  %D%/explain/held_at_fork.c \
  %D%/explain/hook_failed.c \
  %D%/explain/lock_order.c \
  %D%/explain/long_hold.c \
  %D%/explain/self_deadlock.c \
  %D%/explain/wait_holding.c \
  %D%/graph/across.c %D%/graph/across.h \
  %D%/graph/choice.c %D%/graph/choice.h \
  %D%/graph/class_key.c %D%/graph/class_key.h \
  %D%/graph/cycles.c %D%/graph/cycles.h \
  %D%/graph/edge_line.c %D%/graph/edge_line.h \
  %D%/graph/graph.c %D%/graph/graph.h \
  %D%/graph/index.c %D%/graph/index.h \
  %D%/graph/input.c %D%/graph/input.h \
  %D%/graph/interned.c %D%/graph/interned.h \
  %D%/graph/output.c %D%/graph/output.h \
  %D%/graph/scan.h \
  %D%/graph/settle.c \
  %D%/graph/spans.c %D%/graph/spans.h \
  %D%/graph/vector.c %D%/graph/vector.h \
  %D%/merge.c \
  %D%/options.c \
  %D%/report.c \
  %D%/run.c \
  %D%/trace.c \
  %D%/run/folder.c %D%/run/folder.h \
  %D%/run/processes.c %D%/run/processes.h \
  %D%/run/program.c %D%/run/program.h \
  %D%/run/settings.c %D%/run/settings.h \
  %D%/run/union.c %D%/run/union.h \
  %D%/report/baseline.c %D%/report/baseline.h \
  %D%/report/baseline_write.c \
  %D%/report/collection.c %D%/report/collection.h \
  %D%/report/filter.c %D%/report/filter.h \
  %D%/report/format.c %D%/report/format.h \
  %D%/report/format_dot.c %D%/report/format_dot.h \
  %D%/report/format_github.c \
  %D%/report/format_gitlab.c \
  %D%/report/format_json.c \
  %D%/report/format_junit.c \
  %D%/report/format_sarif.c \
  %D%/report/format_svg.c \
  %D%/report/format_text.c \
  %D%/report/identity.c %D%/report/identity.h \
  %D%/report/input.c %D%/report/input.h \
  %D%/report/location.c %D%/report/location.h \
  %D%/report/member.c %D%/report/member.h \
  %D%/report/outputs.c %D%/report/outputs.h \
  %D%/report/place_words.c %D%/report/place_words.h \
  %D%/report/pool.c %D%/report/pool.h \
  %D%/report/reading.c %D%/report/reading.h \
  %D%/report/record.c %D%/report/record.h \
  %D%/report/record_strings.c %D%/report/record_strings.h \
  %D%/report/record_text.c %D%/report/record_text.h \
  %D%/report/sarif_parts.c %D%/report/sarif_parts.h \
  %D%/report/sarif_rules.c \
  %D%/report/source_file.c %D%/report/source_file.h \
  %D%/report/source_line.c %D%/report/source_line.h \
  %D%/report/sources.c %D%/report/sources.h \
  %D%/report/step_summary.c %D%/report/step_summary.h \
  %D%/report/unwanted.c %D%/report/unwanted.h \
  %D%/report/words.c %D%/report/words.h \
  %D%/symbols.c %D%/symbols.h \
  %D%/symbols_lines.c %D%/symbols_lines.h \
  %D%/trace/columns.c %D%/trace/columns.h \
  %D%/trace/durations.c %D%/trace/durations.h \
  %D%/trace/format_html.c \
  %D%/trace/facts.c %D%/trace/facts.h \
  %D%/trace/format_chrome.c \
  %D%/trace/format_collapsed.c \
  %D%/trace/format_importtime.c \
  %D%/trace/format_json.c \
  %D%/trace/format_perfetto.c \
  %D%/trace/format_speedscope.c \
  %D%/trace/format_text.c \
  %D%/trace/formats.c %D%/trace/formats.h \
  %D%/trace/frame.c %D%/trace/frame.h \
  %D%/trace/import_summary.c %D%/trace/import_summary.h \
  %D%/trace/json_list.c %D%/trace/json_list.h \
  %D%/trace/json_text.c %D%/trace/json_text.h \
  %D%/trace/labels.c %D%/trace/labels.h \
  %D%/trace/lanes.c %D%/trace/lanes.h \
  %D%/trace/lock_summary.c %D%/trace/lock_summary.h \
  %D%/trace/model.c %D%/trace/model.h \
  %D%/trace/model_definitions.c \
  %D%/trace/model_events.c \
  %D%/trace/model_fates.c \
  %D%/trace/model_imports.c \
  %D%/trace/model_locks.c \
  %D%/trace/model_names.c %D%/trace/model_names.h \
  %D%/trace/model_reader.h \
  %D%/trace/model_settle.c \
  %D%/trace/model_streams.c \
  %D%/trace/model_symbols.c \
  %D%/trace/model_threads.c \
  %D%/trace/model_uses.c \
  %D%/trace/model_words.c %D%/trace/model_words.h \
  %D%/trace/page.h \
  %D%/trace/perfetto_ids.c %D%/trace/perfetto_ids.h \
  %D%/trace/perfetto_interning.c %D%/trace/perfetto_interning.h \
  %D%/trace/perfetto_locks.c %D%/trace/perfetto_locks.h \
  %D%/trace/perfetto_writer.c %D%/trace/perfetto_writer.h \
  %D%/trace/slices.c %D%/trace/slices.h \
  %D%/trace/text_gil.c \
  %D%/trace/text_import_advice.c \
  %D%/trace/text_import_uses.c \
  %D%/trace/text_imports.c \
  %D%/trace/text_lock_waits.c \
  %D%/trace/text_locks.c \
  %D%/trace/text_page.h \
  %D%/trace/text_processes.c \
  %D%/trace/text_table.c %D%/trace/text_table.h \
  %D%/trace/text_threads.c \
  %D%/trace/trace_file.c %D%/trace/trace_file.h \
  %D%/trace/trace_report.c %D%/trace/trace_report.h \
  %D%/trace/wait_summary.c %D%/trace/wait_summary.h \
  %D%/trace/waiters.c %D%/trace/waiters.h
nodist_%C%_pihook_SOURCES = $(PERFETTO_GENERATED)
%C%_pihook_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tools $(LIBELF_CFLAGS) \
  $(LIBDW_CFLAGS) $(JANSSON_CFLAGS) $(PERFETTO_CPPFLAGS) -DPKGLIBDIR='"$(pkglibdir)"' \
  -DSYSTEM_CONFIG='"$(sysconfdir)/pihook.conf"'
%C%_pihook_LDADD = $(CORE_LIBS) $(LIBDW_LIBS) $(LIBELF_LIBS) $(JANSSON_LIBS) $(PROTOBUF_C_LIBS)

# What protoc-c makes of the messages stands in the build tree.
PERFETTO_GENERATED = %D%/trace/perfetto.pb-c.c %D%/trace/perfetto.pb-c.h
PERFETTO_CPPFLAGS = -I$(top_builddir)/tools $(PROTOBUF_C_CFLAGS)
%D%/trace/perfetto.pb-c.c: $(top_srcdir)/%D%/trace/perfetto.proto
	$(AM_V_GEN)$(MKDIR_P) %D%/trace && \
	  $(PROTOC_C) -I $(top_srcdir)/%D%/trace --c_out=%D%/trace $(top_srcdir)/%D%/trace/perfetto.proto
%D%/trace/perfetto.pb-c.h: %D%/trace/perfetto.pb-c.c
BUILT_SOURCES += $(PERFETTO_GENERATED)
CLEANFILES += $(PERFETTO_GENERATED)
EXTRA_DIST += %D%/trace/perfetto.proto

bashcompletiondir = $(datadir)/bash-completion/completions
dist_bashcompletion_DATA = %D%/completion/pihook

dist_man_MANS += \
  %D%/man/libpihook.7 \
  %D%/man/pihook.1 \
  %D%/man/pihook.conf.5

# The page of format html, as arrays of C.
nodist_%C%_pihook_SOURCES += %D%/trace/page.c
trace_page = \
  %D%/trace/page/page.html \
  %D%/trace/page/style.css \
  %D%/trace/page/detail.css \
  %D%/trace/page/timeline.css \
  %D%/trace/page/tables.css \
  %D%/trace/page/views.css \
  %D%/trace/page/units.js \
  %D%/trace/page/dom.js \
  %D%/trace/page/state.js \
  %D%/trace/page/trace.js \
  %D%/trace/page/names.js \
  %D%/trace/page/imports.js \
  %D%/trace/page/groups.js \
  %D%/trace/page/holders.js \
  %D%/trace/page/rows.js \
  %D%/trace/page/statistics.js \
  %D%/trace/page/order.js \
  %D%/trace/page/layers.js \
  %D%/trace/page/search.js \
  %D%/trace/page/colors.js \
  %D%/trace/page/detail.js \
  %D%/trace/page/detail_span.js \
  %D%/trace/page/paint.js \
  %D%/trace/page/timeline.js \
  %D%/trace/page/timeline_names.js \
  %D%/trace/page/timeline_input.js \
  %D%/trace/page/ribbons.js \
  %D%/trace/page/table.js \
  %D%/trace/page/view_imports.js \
  %D%/trace/page/view_locks.js \
  %D%/trace/page/view_order.js \
  %D%/trace/page/view_threads.js \
  %D%/trace/page/view_summary.js \
  %D%/trace/page/main.js
EXTRA_DIST += $(trace_page) %D%/trace/page/embed.awk
CLEANFILES += %D%/trace/page.c
%D%/trace/page.c: $(trace_page) %D%/trace/page/embed.awk
	$(AM_V_GEN)$(MKDIR_P) %D%/trace && \
	  $(AWK) -v folder='$(srcdir)/%D%/trace/page' -f $(srcdir)/%D%/trace/page/embed.awk \
	  $(srcdir)/%D%/trace/page/page.html >$@-t && mv $@-t $@
