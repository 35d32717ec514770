# SPDX-License-Identifier: MIT
# make check counts every case: unit tests speak TAP themselves, bats files through bats.
TEST_LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
TEST_EXTENSIONS = .test

# ------------------------------------------------------------------- unit tests
AM_CPPFLAGS += $(CMOCKA_CFLAGS)
LDADD = $(CORE_LIBS) $(CMOCKA_LIBS) -lpthread
UNIT_SCRATCH = %D%/unit/scratch.c %D%/unit/scratch.h %D%/unit/unit.h
UNIT_FINDING = %D%/unit/a_finding.c %D%/unit/a_finding.h %D%/unit/unit.h
UNIT_GRAPH = %D%/unit/graph_world.c %D%/unit/graph_world.h %D%/unit/unit.h
UNIT_CONFIG = %D%/unit/config_reading.c %D%/unit/config_reading.h $(UNIT_SCRATCH)

if HAVE_CMOCKA
unit_tests = \
  %D%/unit/assigned.test \
  %D%/unit/attribution.test \
  %D%/unit/births.test \
  %D%/unit/call_sites.test \
  %D%/unit/chains.test \
  %D%/unit/class_graph.test \
  %D%/unit/clock.test \
  %D%/unit/color.test \
  %D%/unit/config_file.test \
  %D%/unit/config_hooks.test \
  %D%/unit/config_lines.test \
  %D%/unit/definitions.test \
  %D%/unit/finding.test \
  %D%/unit/finding_json.test \
  %D%/unit/finding_text.test \
  %D%/unit/gates.test \
  %D%/unit/glob.test \
  %D%/unit/graph.test \
  %D%/unit/graph_choices.test \
  %D%/unit/graph_large.test \
  %D%/unit/graph_readers.test \
  %D%/unit/guard.test \
  %D%/unit/identity.test \
  %D%/unit/image.test \
  %D%/unit/inversion.test \
  %D%/unit/json.test \
  %D%/unit/json_text.test \
  %D%/unit/known.test \
  %D%/unit/log.test \
  %D%/unit/ignored.test \
  %D%/unit/left_out.test \
  %D%/unit/lookup.test \
  %D%/unit/map.test \
  %D%/unit/memory.test \
  %D%/unit/nearest.test \
  %D%/unit/numbers.test \
  %D%/unit/occurrence.test \
  %D%/unit/options.test \
  %D%/unit/place.test \
  %D%/unit/recorder_file.test \
  %D%/unit/registry.test \
  %D%/unit/replacement.test \
  %D%/unit/resident.test \
  %D%/unit/script_place.test \
  %D%/unit/segments.test \
  %D%/unit/spread.test \
  %D%/unit/stacks.test \
  %D%/unit/statements.test \
  %D%/unit/stats.test \
  %D%/unit/stats_locks.test \
  %D%/unit/stats_text.test \
  %D%/unit/suppressions.test \
  %D%/unit/table.test \
  %D%/unit/text.test \
  %D%/unit/thread.test \
  %D%/unit/threads.test \
  %D%/unit/trace_buffer.test \
  %D%/unit/trace_file.test \
  %D%/unit/trace_imports.test \
  %D%/unit/trace_model.test \
  %D%/unit/trace_slices.test \
  %D%/unit/trace_summary.test \
  %D%/unit/trace_uses.test \
  %D%/unit/trust.test \
  %D%/unit/trust_as_root.test \
  %D%/unit/unwind.test \
  %D%/unit/waits.test
check_PROGRAMS += $(unit_tests)
TESTS += $(unit_tests)
endif
%C%_unit_assigned_test_SOURCES = %D%/unit/test_assigned.c $(UNIT_SCRATCH)
%C%_unit_attribution_test_SOURCES = %D%/unit/test_attribution.c %D%/unit/unit.h
%C%_unit_config_file_test_SOURCES = %D%/unit/test_config_file.c $(UNIT_CONFIG)
%C%_unit_config_hooks_test_SOURCES = %D%/unit/test_config_hooks.c $(UNIT_CONFIG)
%C%_unit_config_lines_test_SOURCES = %D%/unit/test_config_lines.c $(UNIT_CONFIG)
%C%_unit_gates_test_SOURCES = %D%/unit/test_gates.c $(UNIT_GRAPH)
%C%_unit_glob_test_SOURCES = %D%/unit/test_glob.c %D%/unit/unit.h
%C%_unit_graph_test_SOURCES = %D%/unit/test_graph.c $(UNIT_GRAPH)
%C%_unit_graph_choices_test_SOURCES = %D%/unit/test_graph_choices.c $(UNIT_GRAPH)
%C%_unit_graph_large_test_SOURCES = %D%/unit/test_graph_large.c $(UNIT_GRAPH)
%C%_unit_graph_readers_test_SOURCES = %D%/unit/test_graph_readers.c $(UNIT_GRAPH)
%C%_unit_log_test_SOURCES = %D%/unit/test_log.c $(UNIT_SCRATCH)
%C%_unit_ignored_test_SOURCES = %D%/unit/test_ignored.c $(UNIT_SCRATCH)
%C%_unit_left_out_test_SOURCES = %D%/unit/test_left_out.c %D%/unit/unit.h
%C%_unit_lookup_test_SOURCES = %D%/unit/test_lookup.c $(UNIT_GRAPH)
%C%_unit_nearest_test_SOURCES = %D%/unit/test_nearest.c %D%/unit/unit.h
%C%_unit_options_test_SOURCES = %D%/unit/test_options.c %D%/unit/unit.h
%C%_unit_text_test_SOURCES = %D%/unit/test_text.c %D%/unit/unit.h
%C%_unit_trust_test_SOURCES = %D%/unit/test_trust.c $(UNIT_SCRATCH)
%C%_unit_trust_as_root_test_SOURCES = %D%/unit/test_trust_as_root.c $(UNIT_SCRATCH)

%C%_unit_call_sites_test_SOURCES = %D%/unit/test_call_sites.c %D%/unit/unit.h \
  src/python/call_site_aarch64.c src/python/call_site_other.c src/python/call_site_x86_64.c \
  src/python/call_sites.c
%C%_unit_color_test_SOURCES = %D%/unit/test_color.c $(UNIT_SCRATCH)
%C%_unit_finding_test_SOURCES = %D%/unit/test_finding.c $(UNIT_FINDING) $(UNIT_SCRATCH)
%C%_unit_finding_json_test_SOURCES = %D%/unit/test_finding_json.c $(UNIT_FINDING)
%C%_unit_finding_text_test_SOURCES = %D%/unit/test_finding_text.c $(UNIT_FINDING)
%C%_unit_image_test_SOURCES = %D%/unit/test_image.c %D%/unit/unit.h
%C%_unit_json_test_SOURCES = %D%/unit/test_json.c %D%/unit/unit.h
%C%_unit_json_text_test_SOURCES = %D%/unit/test_json_text.c %D%/unit/unit.h \
  tools/command.c tools/interrupted.c tools/progress.c tools/report/pool.c \
  tools/trace/json_text.c
%C%_unit_json_text_test_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tools
%C%_unit_place_test_SOURCES = %D%/unit/test_place.c %D%/unit/unit.h
%C%_unit_registry_test_SOURCES = %D%/unit/test_registry.c %D%/unit/unit.h
%C%_unit_replacement_test_SOURCES = %D%/unit/test_replacement.c tools/interrupted.c \
  tools/replacement.c $(UNIT_SCRATCH)
%C%_unit_replacement_test_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tools
%C%_unit_script_place_test_SOURCES = %D%/unit/test_script_place.c %D%/unit/unit.h
%C%_unit_segments_test_SOURCES = %D%/unit/test_segments.c %D%/unit/unit.h
%C%_unit_statements_test_SOURCES = %D%/unit/test_statements.c %D%/unit/unit.h
%C%_unit_suppressions_test_SOURCES = %D%/unit/test_suppressions.c $(UNIT_SCRATCH)
%C%_unit_unwind_test_SOURCES = %D%/unit/test_unwind.c %D%/unit/unit.h
%C%_unit_unwind_test_CFLAGS = $(AM_CFLAGS) -O2 -fomit-frame-pointer -fexceptions

# the lock checker's rooms
%C%_unit_births_test_SOURCES = %D%/unit/test_births.c %D%/unit/unit.h
%C%_unit_chains_test_SOURCES = %D%/unit/test_chains.c %D%/unit/unit.h
%C%_unit_class_graph_test_SOURCES = %D%/unit/test_class_graph.c %D%/unit/unit.h
%C%_unit_guard_test_SOURCES = %D%/unit/test_guard.c %D%/unit/unit.h src/preload/guard.c \
  src/preload/guard.h
%C%_unit_identity_test_SOURCES = %D%/unit/test_identity.c %D%/unit/unit.h
%C%_unit_inversion_test_SOURCES = %D%/unit/test_inversion.c %D%/unit/unit.h
%C%_unit_known_test_SOURCES = %D%/unit/test_known.c %D%/unit/unit.h
%C%_unit_map_test_SOURCES = %D%/unit/test_map.c %D%/unit/unit.h
%C%_unit_memory_test_SOURCES = %D%/unit/test_memory.c %D%/unit/unit.h
%C%_unit_occurrence_test_SOURCES = %D%/unit/test_occurrence.c %D%/unit/unit.h
%C%_unit_stacks_test_SOURCES = %D%/unit/test_stacks.c %D%/unit/unit.h
%C%_unit_table_test_SOURCES = %D%/unit/test_table.c %D%/unit/unit.h
%C%_unit_thread_test_SOURCES = %D%/unit/test_thread.c %D%/unit/unit.h
%C%_unit_threads_test_SOURCES = %D%/unit/test_threads.c %D%/unit/unit.h
%C%_unit_waits_test_SOURCES = %D%/unit/test_waits.c %D%/unit/unit.h

# the recorder's parts
UNIT_RECORDED = %D%/unit/recorded.c %D%/unit/recorded.h $(UNIT_SCRATCH)
%C%_unit_clock_test_SOURCES = %D%/unit/test_clock.c %D%/unit/unit.h
%C%_unit_definitions_test_SOURCES = %D%/unit/test_definitions.c $(UNIT_RECORDED)
%C%_unit_numbers_test_SOURCES = %D%/unit/test_numbers.c %D%/unit/unit.h
%C%_unit_recorder_file_test_SOURCES = %D%/unit/test_recorder_file.c $(UNIT_RECORDED)
%C%_unit_resident_test_SOURCES = %D%/unit/test_resident.c %D%/unit/unit.h
%C%_unit_spread_test_SOURCES = %D%/unit/test_spread.c %D%/unit/unit.h
%C%_unit_stats_test_SOURCES = %D%/unit/test_stats.c %D%/unit/unit.h
%C%_unit_stats_locks_test_SOURCES = %D%/unit/test_stats_locks.c %D%/unit/unit.h
%C%_unit_stats_text_test_SOURCES = %D%/unit/test_stats_text.c %D%/unit/unit.h
%C%_unit_trace_buffer_test_SOURCES = %D%/unit/test_trace_buffer.c $(UNIT_RECORDED)

# readers of traces, on files made of scripts
TRACE_READER = \
  tools/command.c tools/interrupted.c tools/progress.c tools/graph/index.c \
  tools/graph/interned.c tools/graph/vector.c tools/report/pool.c tools/trace/model.c \
  tools/trace/model_definitions.c tools/trace/model_events.c tools/trace/model_fates.c \
  tools/trace/model_imports.c tools/trace/model_locks.c tools/trace/model_names.c \
  tools/trace/model_settle.c tools/trace/model_streams.c tools/trace/model_threads.c \
  tools/trace/model_uses.c tools/trace/trace_file.c
TRACE_FORMATS = \
  %D%/trace/empty_page.c tools/trace/columns.c tools/trace/durations.c tools/trace/facts.c \
  tools/trace/format_chrome.c tools/trace/format_collapsed.c tools/trace/format_html.c \
  tools/trace/format_importtime.c tools/trace/format_json.c tools/trace/format_perfetto.c \
  tools/trace/format_speedscope.c tools/trace/format_text.c tools/trace/formats.c \
  tools/trace/frame.c tools/trace/import_summary.c tools/trace/json_list.c \
  tools/trace/json_text.c tools/trace/labels.c \
  tools/trace/lanes.c tools/trace/lock_summary.c tools/trace/model_words.c \
  tools/trace/perfetto_ids.c tools/trace/perfetto_interning.c tools/trace/perfetto_locks.c \
  tools/trace/perfetto_writer.c tools/trace/slices.c tools/trace/text_gil.c \
  tools/trace/text_import_advice.c tools/trace/text_import_uses.c tools/trace/text_imports.c \
  tools/trace/text_lock_waits.c tools/trace/text_locks.c tools/trace/text_processes.c \
  tools/trace/text_table.c tools/trace/text_threads.c tools/trace/wait_summary.c \
  tools/trace/waiters.c
TRACE_FORMATS_CPPFLAGS = $(JANSSON_CFLAGS) $(PERFETTO_CPPFLAGS)
TRACE_FORMATS_LIBS = $(JANSSON_LIBS) $(PROTOBUF_C_LIBS)
TRACE_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tools
UNIT_TRACE = %D%/trace/script.c %D%/trace/script.h %D%/unit/trace_reading.c \
  %D%/unit/trace_reading.h $(UNIT_SCRATCH) $(TRACE_READER)
%C%_unit_trace_file_test_SOURCES = %D%/unit/test_trace_file.c $(UNIT_TRACE)
%C%_unit_trace_file_test_CPPFLAGS = $(TRACE_CPPFLAGS)
%C%_unit_trace_imports_test_SOURCES = %D%/unit/test_trace_imports.c $(UNIT_TRACE)
%C%_unit_trace_imports_test_CPPFLAGS = $(TRACE_CPPFLAGS)
%C%_unit_trace_model_test_SOURCES = %D%/unit/test_trace_model.c $(UNIT_TRACE)
%C%_unit_trace_model_test_CPPFLAGS = $(TRACE_CPPFLAGS)
%C%_unit_trace_slices_test_SOURCES = %D%/unit/test_trace_slices.c $(UNIT_TRACE) \
  tools/trace/lanes.c tools/trace/slices.c tools/trace/waiters.c
%C%_unit_trace_slices_test_CPPFLAGS = $(TRACE_CPPFLAGS)
%C%_unit_trace_summary_test_SOURCES = %D%/unit/test_trace_summary.c $(UNIT_TRACE) $(TRACE_FORMATS)
nodist_%C%_unit_trace_summary_test_SOURCES = $(PERFETTO_GENERATED)
%C%_unit_trace_summary_test_CPPFLAGS = $(TRACE_CPPFLAGS) $(TRACE_FORMATS_CPPFLAGS)
%C%_unit_trace_summary_test_LDADD = $(LDADD) $(TRACE_FORMATS_LIBS)
%C%_unit_trace_uses_test_SOURCES = %D%/unit/test_trace_uses.c $(UNIT_TRACE) \
  tools/trace/import_summary.c
%C%_unit_trace_uses_test_CPPFLAGS = $(TRACE_CPPFLAGS)
check_PROGRAMS += %D%/trace/write_trace
%C%_trace_write_trace_SOURCES = %D%/trace/write_trace.c %D%/trace/script.c %D%/trace/script.h
%C%_trace_write_trace_LDADD =

# ------------------------------------------------------------------------ fuzzing
# The targets have libFuzzer's entry; make check runs them a fixed number of times without.
fuzz_tests = \
  %D%/fuzz/baseline.test \
  %D%/fuzz/config.test \
  %D%/fuzz/findings.test \
  %D%/fuzz/graph.test \
  %D%/fuzz/options.test \
  %D%/fuzz/suppressions.test \
  %D%/fuzz/trace.test
check_PROGRAMS += $(fuzz_tests)
TESTS += $(fuzz_tests)
EXTRA_DIST += %D%/fuzz/corpus
FUZZ_REPORT = \
  tools/command.c tools/interrupted.c tools/progress.c \
  tools/explain/address_order.c tools/explain/bad_destroy.c \
  tools/explain/bad_unlock.c tools/explain/deadlock.c tools/explain/gil_order.c tools/explain/held_at_exit.c \
  tools/explain/held_at_fork.c tools/explain/hook_failed.c tools/explain/lock_order.c \
  tools/explain/long_hold.c tools/explain/rule.c tools/explain/self_deadlock.c \
  tools/explain/wait_holding.c tools/report/baseline.c tools/report/baseline_write.c \
  tools/report/collection.c tools/report/filter.c \
  tools/report/format.c tools/report/format_dot.c tools/report/format_github.c \
  tools/report/format_gitlab.c tools/report/format_json.c tools/report/format_junit.c \
  tools/report/format_sarif.c tools/report/format_svg.c tools/report/format_text.c \
  tools/report/identity.c tools/report/input.c tools/report/location.c tools/report/member.c \
  tools/report/place_words.c tools/report/pool.c tools/report/record.c \
  tools/report/record_text.c tools/report/sarif_parts.c tools/report/sarif_rules.c \
  tools/report/source_file.c tools/report/source_line.c tools/report/sources.c \
  tools/report/step_summary.c \
  tools/report/words.c tools/replacement.c tools/symbols.c \
  tools/symbols_lines.c
FUZZ_REPORT_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tools $(LIBDW_CFLAGS) $(JANSSON_CFLAGS)
FUZZ_REPORT_LIBS = $(CORE_LIBS) $(LIBDW_LIBS) $(LIBELF_LIBS) $(JANSSON_LIBS)
%C%_fuzz_baseline_test_SOURCES = %D%/fuzz/fuzz_baseline.c %D%/fuzz/fuzz.h %D%/fuzz/standalone.c \
  $(FUZZ_REPORT)
%C%_fuzz_baseline_test_CPPFLAGS = $(FUZZ_REPORT_CPPFLAGS) -DFUZZ_CORPUS='"%D%/fuzz/corpus/baseline"'
%C%_fuzz_baseline_test_LDADD = $(FUZZ_REPORT_LIBS)
%C%_fuzz_config_test_SOURCES = %D%/fuzz/fuzz_config.c %D%/fuzz/fuzz.h %D%/fuzz/standalone.c
%C%_fuzz_config_test_CPPFLAGS = $(AM_CPPFLAGS) -DFUZZ_CORPUS='"%D%/fuzz/corpus/config"'
%C%_fuzz_findings_test_SOURCES = %D%/fuzz/fuzz_findings.c %D%/fuzz/fuzz.h %D%/fuzz/standalone.c \
  $(FUZZ_REPORT)
%C%_fuzz_findings_test_CPPFLAGS = $(FUZZ_REPORT_CPPFLAGS) -DFUZZ_CORPUS='"%D%/fuzz/corpus/findings"'
%C%_fuzz_findings_test_LDADD = $(FUZZ_REPORT_LIBS)
%C%_fuzz_graph_test_SOURCES = %D%/fuzz/fuzz_graph.c %D%/fuzz/fuzz.h %D%/fuzz/standalone.c \
  tools/command.c tools/interrupted.c tools/progress.c \
  tools/graph/across.c tools/graph/choice.c tools/graph/class_key.c \
  tools/graph/cycles.c tools/graph/edge_line.c tools/graph/graph.c tools/graph/index.c \
  tools/graph/input.c tools/graph/interned.c tools/graph/output.c tools/graph/settle.c \
  tools/graph/spans.c tools/graph/vector.c tools/report/collection.c tools/report/member.c \
  tools/report/location.c tools/report/place_words.c tools/report/pool.c tools/report/record.c \
  tools/report/source_file.c tools/report/source_line.c tools/report/sources.c \
  tools/replacement.c tools/symbols.c tools/symbols_lines.c
%C%_fuzz_graph_test_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tools $(LIBDW_CFLAGS) \
  $(JANSSON_CFLAGS) -DFUZZ_CORPUS='"%D%/fuzz/corpus/graph"'
%C%_fuzz_graph_test_LDADD = $(CORE_LIBS) $(LIBDW_LIBS) $(LIBELF_LIBS) $(JANSSON_LIBS)
%C%_fuzz_options_test_SOURCES = %D%/fuzz/fuzz_options.c %D%/fuzz/fuzz.h %D%/fuzz/standalone.c
%C%_fuzz_options_test_CPPFLAGS = $(AM_CPPFLAGS) -DFUZZ_CORPUS='"%D%/fuzz/corpus/options"'
%C%_fuzz_suppressions_test_SOURCES = %D%/fuzz/fuzz_suppressions.c %D%/fuzz/fuzz.h \
  %D%/fuzz/standalone.c
%C%_fuzz_suppressions_test_CPPFLAGS = $(AM_CPPFLAGS) -DFUZZ_CORPUS='"%D%/fuzz/corpus/suppressions"'

%C%_fuzz_trace_test_SOURCES = %D%/fuzz/fuzz_trace.c %D%/fuzz/fuzz.h %D%/fuzz/standalone.c \
  $(TRACE_READER) $(TRACE_FORMATS)
nodist_%C%_fuzz_trace_test_SOURCES = $(PERFETTO_GENERATED)
%C%_fuzz_trace_test_CPPFLAGS = $(TRACE_CPPFLAGS) $(TRACE_FORMATS_CPPFLAGS) \
  -DFUZZ_CORPUS='"%D%/fuzz/corpus/trace"'
%C%_fuzz_trace_test_LDADD = $(CORE_LIBS) $(TRACE_FORMATS_LIBS)

# -------------------------------------------------------------------- sanitizers
# For sanitize.sh: the library can't be linked with them, the rest can.
sanitized_tests = $(unit_tests) $(fuzz_tests)
.PHONY: generated-sources sanitized-programs print-sanitized
generated-sources: $(BUILT_SOURCES)
sanitized-programs: $(sanitized_tests) tools/pihook
print-sanitized:
	@echo $(sanitized_tests)

# ---------------------------------------------------------------------- scripts
EXTRA_DIST += %D%/aarch64.sh %D%/cpython-suite.sh %D%/deb.sh %D%/interpreters.sh %D%/mirror.bash \
  %D%/sample.sh %D%/sanitize.sh \
  %D%/start_python.bash %D%/real-programs.sh %D%/real
