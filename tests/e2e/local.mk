# SPDX-License-Identifier: MIT
# What a user sees, one bats file a topic, those that take long first: with
# several at once none of them is left over at the end.  A file finds the build in PIHOOK_BUILD.
e2e_tests = \
  %D%/hooks.bats \
  %D%/python_locks.bats \
  %D%/programs.bats \
  %D%/statements.bats \
  %D%/traces.bats \
  %D%/lock_survival.bats \
  %D%/gil.bats \
  %D%/trace.bats \
  %D%/across.bats \
  %D%/embedding.bats \
  %D%/trace_page.bats \
  %D%/trace_uses.bats \
  %D%/module.bats \
  %D%/configuration.bats \
  %D%/findings.bats \
  %D%/plain.bats \
  %D%/lock_order.bats \
  %D%/ordered.bats \
  %D%/baseline.bats \
  %D%/check.bats \
  %D%/address_order.bats \
  %D%/command.bats \
  %D%/completion.bats \
  %D%/deadlock.bats \
  %D%/explain.bats \
  %D%/exports.bats \
  %D%/formats.bats \
  %D%/progress.bats \
  %D%/lock_families.bats \
  %D%/misuse.bats \
  %D%/options.bats \
  %D%/report.bats \
  %D%/rooms.bats \
  %D%/run.bats \
  %D%/trace_command.bats \
  %D%/sample.bats \
  %D%/tree.bats \
  %D%/trace_formats.bats \
  %D%/without_python.bats
TEST_EXTENSIONS += .bats
BATS_LOG_COMPILER = bash $(top_srcdir)/tests/interpreters.sh show $(BATS) --tap
BATS_LOG_DRIVER = $(TEST_LOG_DRIVER)
AM_TESTS_ENVIRONMENT = PIHOOK_BUILD='$(abs_top_builddir)' BATS_TEST_TIMEOUT=900; \
  export PIHOOK_BUILD BATS_TEST_TIMEOUT;
if HAVE_BATS
TESTS += $(e2e_tests)
endif
EXTRA_DIST += $(e2e_tests) %D%/helper.bash tests/programs tests/python
