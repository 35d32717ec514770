# SPDX-License-Identifier: MIT
# What a user sees, one bats file a topic.  A file finds the build in PIHOOK_BUILD.
e2e_tests = \
  %D%/across.bats \
  %D%/address_order.bats \
  %D%/baseline.bats \
  %D%/check.bats \
  %D%/command.bats \
  %D%/configuration.bats \
  %D%/deadlock.bats \
  %D%/embedding.bats \
  %D%/explain.bats \
  %D%/exports.bats \
  %D%/findings.bats \
  %D%/formats.bats \
  %D%/gil.bats \
  %D%/hooks.bats \
  %D%/lock_families.bats \
  %D%/lock_order.bats \
  %D%/lock_survival.bats \
  %D%/misuse.bats \
  %D%/module.bats \
  %D%/options.bats \
  %D%/ordered.bats \
  %D%/plain.bats \
  %D%/python_locks.bats \
  %D%/programs.bats \
  %D%/report.bats \
  %D%/rooms.bats \
  %D%/run.bats \
  %D%/statements.bats \
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
