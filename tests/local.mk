# SPDX-License-Identifier: MIT
# make check counts every case: unit tests speak TAP themselves, bats files through bats.
TEST_LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
