# SPDX-License-Identifier: MIT
# The command and what stands around it.
bin_PROGRAMS += %D%/pihook
%C%_pihook_SOURCES = \
  %D%/main.c \
  %D%/command.c %D%/command.h \
  %D%/check.c \
  %D%/check/child.c %D%/check/child.h \
  %D%/check/library.c %D%/check/library.h \
  %D%/check/object.c %D%/check/object.h \
  %D%/check/preload.c %D%/check/preload.h \
  %D%/check/program.c %D%/check/program.h \
  %D%/check/python.c %D%/check/python.h \
  %D%/options.c
%C%_pihook_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tools $(LIBELF_CFLAGS) \
  -DPKGLIBDIR='"$(pkglibdir)"'
%C%_pihook_LDADD = $(CORE_LIBS) $(LIBELF_LIBS)

dist_man_MANS += \
  %D%/man/libpihook.7 \
  %D%/man/pihook.1 \
  %D%/man/pihook.conf.5
