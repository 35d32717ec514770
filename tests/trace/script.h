/* SPDX-License-Identifier: MIT */
/*
 * Trace files from a script, so that readers can be tried out without a recorder.
 *
 * A line each; `#` begins a comment; values with blanks stand in double quotes.
 *
 *   process pid=7 parent=1 began=1000 ended=9000 realtime=0 status=0 lost=0
 *           dropped=0 flags=forked,full,failed,uses,uses-lost,uses-at-end
 *           command="python app.py" program=/usr/bin/python3 python=3.11.2
 *   thread 1 tid=7 name=main began=1000 flags=main,detached,daemon creator=0 place=... stack=...
 *   class CLASS origin=created place=... traits=library,standard,signal,sentinel
 *   lock ADDRESS class=CLASS name=NAME
 *   module NAME found=cached origin=/app/a.py loader=SourceFileLoader bytes=100
 *   statement importer=NAME imported=NAME count=3 place=...
 *   use NAME time=2000 attribute=loads place=... thread=1 kind=importing,asked,unseen,untouched
 *   chunk THREAD sequence=N          the thread's events go on in a new chunk
 *   TIME THREAD EVENT [SUBJECT] key=value...
 *
 * THREAD is a number, CLASS any word.  EVENT is its name in format.h in lower case with dashes:
 * lock-waits, gil-taken, import-begins.  SUBJECT is a number, or for imports, hooks, libraries
 * and lazy modules a name.  Keys: class, place, kind (mutex, rwlock, spin, interpreter, lock,
 * rlock, import), mode (write, read), wait (blocks, timed, tries), detail, stack, holder-stack,
 * and `value`, which is also called thread, holder, pid, status or memory; `action` is a string.
 *
 * A place is function@file.py:12, or function+16@/lib/liba.so:0x1234 of machine code; a stack
 * is places with commas between them, innermost first.  What events refer to is defined when it
 * is first used.
 */
#ifndef PIHOOK_TESTS_TRACE_SCRIPT_H
#define PIHOOK_TESTS_TRACE_SCRIPT_H

#include <stddef.h>

/* The bytes of a file, to be freed.  Ends the test with a line on stderr if the script is wrong. */
unsigned char *trace_script_bytes(const char *script, size_t *count);

/* The same into a file. */
void trace_script_file(const char *path, const char *script);

#endif
