/* SPDX-License-Identifier: MIT */
/*
 * pihook.h - the C interface of libpihook.so
 *
 * A program, an extension module or another preloaded library may use these functions when
 * libpihook.so is loaded.  Declare them weak to run without it too; this header does, unless
 * PIHOOK_NOT_WEAK is defined:
 *
 *     if (pihook_when_imported)
 *         pihook_when_imported("ssl", on_ssl, NULL);
 */
#ifndef PIHOOK_H
#define PIHOOK_H

#ifdef __cplusplus
extern "C" {
#endif

#ifdef PIHOOK_NOT_WEAK
#define PIHOOK_PUBLIC __attribute__((visibility("default")))
#else
#define PIHOOK_PUBLIC __attribute__((weak))
#endif

/*
 * A post-import hook.
 *
 * name      the module's absolute dotted name, UTF-8; valid during the call
 * module    sys.modules[name], a borrowed PyObject *
 * argument  what was registered with the function
 *
 * Called with the GIL held (with an attached thread state on a free-threaded Python) by the
 * thread that imports, after the module's body and the binding in its parent, before any
 * other thread can import the module.  A Python exception that is set when it returns is
 * told as a finding hook-failed; the import succeeds.
 */
typedef void pihook_hook(const char *name, void *module, void *argument);

/*
 * Registers a post-import hook.
 *
 * name      a dotted name or a glob over dotted names ("numpy.*", "*"); copied
 * function  runs once for each module object of that name, in every interpreter of the
 *           process; for modules that the running interpreter has imported already, at once,
 *           in this thread
 * argument  handed to the function; not owned
 *
 * May be called from any thread, with or without the GIL, before or after Python starts.
 * Returns 0; -EINVAL when name or function is NULL or name is empty; -ENOMEM; -ENOTSUP when
 * pihook is switched off (PIHOOK_DISABLE).
 */
PIHOOK_PUBLIC int pihook_when_imported(const char *name, pihook_hook *function, void *argument);

/*
 * Gives a lock a name for reports.
 *
 * lock  a pthread_mutex_t, pthread_rwlock_t, pthread_spinlock_t, mtx_t, or a C++ object that
 *       begins with one (std::mutex, std::shared_mutex)
 * name  UTF-8, at most 255 bytes are kept; copied
 *
 * The name is forgotten when the lock is destroyed by pthread_mutex_destroy or its like.
 * Returns 0; -EINVAL when one of them is NULL; -ENOMEM; -ENOTSUP when locks are not checked.
 */
PIHOOK_PUBLIC int pihook_name_lock(const void *lock, const char *name);

/*
 * Between these two the calling thread's acquisitions are followed but lead to no finding,
 * nor teach the lock-order graph anything.  Pairs may be nested.
 */
PIHOOK_PUBLIC void pihook_ignore_begin(void);
PIHOOK_PUBLIC void pihook_ignore_end(void);

/* The version of the loaded library, such as "0.1.0"; a string that is never freed. */
PIHOOK_PUBLIC const char *pihook_version(void);

#ifdef __cplusplus
}
#endif

#endif
