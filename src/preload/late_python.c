/* SPDX-License-Identifier: MIT */
/*
 * Recognises a Python that comes late.  Called from wrapped functions that are rare; what it
 * asks of the loader takes no lock.
 */
#include "preload/late_python.h"

#include "base/image.h"
#include "python/statements.h"
#include "python/way_in.h"

#include <errno.h>

static const struct options *watching;

void late_python_watch(const struct options *options)
{
    __atomic_store_n(&watching, options, __ATOMIC_RELEASE);
}

void late_python_caller(const void *address)
{
    const struct options *options = __atomic_load_n(&watching, __ATOMIC_ACQUIRE);
    int error = errno;
    struct image image;

    if (options != NULL && image_at(address, &image) &&
        image_symbol(&image, PYTHON_MARK) != NULL &&
        __atomic_compare_exchange_n(&watching, &options, NULL, false, __ATOMIC_ACQ_REL,
                                    __ATOMIC_ACQUIRE)) {
        statements_pass(&image);
        way_in_open(&image, options);
    }
    errno = error;
}
