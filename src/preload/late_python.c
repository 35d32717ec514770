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

static const struct options *awaiting;

void late_python_await(const struct options *options)
{
    __atomic_store_n(&awaiting, options, __ATOMIC_RELEASE);
}

void late_python_caller(const void *address)
{
    int error = errno;
    struct image image;

    if (image_at(address, &image) && image_symbol(&image, PYTHON_MARK) != NULL &&
        statements_pass(&image)) {
        const struct options *options = __atomic_exchange_n(&awaiting, NULL, __ATOMIC_ACQ_REL);

        if (options != NULL && !way_in_open(&image, options))
            late_python_await(options);
    }
    errno = error;
}
