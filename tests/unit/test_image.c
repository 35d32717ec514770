/* SPDX-License-Identifier: MIT */
/* Mapped ELF objects, held against what the loader says itself. */
#include "unit.h"

#include "base/image.h"

#include <dlfcn.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>

/* l64a stands for libc here: no sanitizer brings one of its own. */
static int writable;
static int *const relocated[] = {&writable, NULL};
static volatile int zero;

static void finds_objects(void **state)
{
    struct image own, libc;

    (void)state;
    assert_true(image_at((const void *)(uintptr_t)finds_objects, &own));
    assert_true(image_at((const void *)(uintptr_t)l64a, &libc));
    assert_ptr_not_equal(own.map, libc.map);
    assert_string_equal(image_name(&own), "");
    assert_non_null(strstr(image_name(&libc), "libc.so"));
}

static void no_object(void **state)
{
    struct image image;
    int on_stack = 0;

    (void)state;
    assert_false(image_at(&on_stack, &image));
    assert_false(image_at(NULL, &image));
}

static void symbols(void **state)
{
    static const char *const NAMES[] = {"l64a", "getenv", "pthread_create", "environ", "stdout"};
    struct image libc;

    (void)state;
    assert_true(image_at(dlsym(RTLD_DEFAULT, "l64a"), &libc));
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        void *handle = dlopen(image_name(&libc), RTLD_NOW | RTLD_NOLOAD);

        assert_ptr_equal(image_symbol(&libc, NAMES[i]), dlsym(handle, NAMES[i]));
        dlclose(handle);
    }
    assert_null(image_symbol(&libc, "no_such_function_of_libc"));
}

static void undefined(void **state)
{
    struct image own;

    (void)state;
    assert_true(image_at((const void *)(uintptr_t)undefined, &own));
    assert_null(image_symbol(&own, "l64a"));
}

/* Every function that an object exports is found again by an address in it. */
static void symbols_by_address(void **state)
{
    static const char *const NAMES[] = {"l64a", "qsort", "getenv", "pthread_create", "stdout"};
    struct image libc;
    struct image_symbol_found found;

    (void)state;
    assert_true(image_at((const void *)(uintptr_t)l64a, &libc));
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        const char *address = image_symbol(&libc, NAMES[i]);

        assert_true(image_symbol_at(&libc, address + 3, &found));
        assert_int_equal(found.offset, 3);
        assert_string_equal(found.name, NAMES[i]);
    }
}

static void no_symbol_by_address(void **state)
{
    struct image libc;
    struct image_symbol_found found;

    (void)state;
    assert_true(image_at((const void *)(uintptr_t)l64a, &libc));
    assert_false(image_symbol_at(&libc, libc.header, &found));
    assert_false(image_symbol_at(&libc, NULL, &found));
    assert_false(image_symbol_at(&libc, (const void *)UINTPTR_MAX, &found));
}

/* dladdr takes the nearest symbol before an address, if it has no size or reaches it. */
static void symbols_as_loader_says(void **state)
{
    struct image libc;
    struct image_range range;
    struct image_symbol_found found;
    unsigned agreed = 0;

    (void)state;
    assert_true(image_at((const void *)(uintptr_t)l64a, &libc));
    assert_true(image_text(&libc, 0, &range));
    for (uintptr_t at = range.start; at < range.end; at += 1009) {
        Dl_info info;

        if (dladdr((void *)at, &info) == 0 || info.dli_sname == NULL ||
            !image_symbol_at(&libc, (void *)at, &found))
            continue;
        assert_ptr_equal((void *)(at - found.offset), info.dli_saddr);
        agreed++;
    }
    assert_true(agreed > 100);
}

static void offsets(void **state)
{
    struct image libc;
    Dl_info info;

    (void)state;
    assert_true(image_at((const void *)(uintptr_t)l64a, &libc));
    assert_true(dladdr((void *)(uintptr_t)l64a, &info) != 0);
    assert_int_equal(image_offset(&libc, (void *)(uintptr_t)l64a),
                     (uintptr_t)l64a - (uintptr_t)info.dli_fbase);
}

static void segments(void **state)
{
    struct image own;
    struct image_range range;

    (void)state;
    assert_true(image_at(&writable, &own));
    assert_true(image_segment(&own, &writable, &range));
    assert_in_range((uintptr_t)&writable, range.start, range.end - sizeof writable);
    assert_true(image_segment(&own, (const void *)(uintptr_t)segments, &range));
    assert_false((uintptr_t)&writable >= range.start && (uintptr_t)&writable < range.end);
    assert_false(image_segment(&own, &range, &range));
}

/* Debian's libc has one of SHA-1. */
static void build_id(void **state)
{
    struct image libc;
    size_t size = 0;
    const unsigned char *id;

    (void)state;
    assert_true(image_at((const void *)(uintptr_t)l64a, &libc));
    id = image_build_id(&libc, &size);
    assert_non_null(id);
    assert_in_range(size, 8, 64);
}

static void exporting(void **state)
{
    struct image image, libc;

    (void)state;
    assert_true(image_at(dlsym(RTLD_DEFAULT, "l64a"), &libc));
    assert_true(image_exporting("l64a", NULL, &image));
    assert_ptr_equal(image.map, libc.map);
    assert_false(image_exporting("l64a", dlsym(RTLD_DEFAULT, "l64a"), &image));
    assert_false(image_exporting("no_such_function", NULL, &image));
}

static void text(void **state)
{
    struct image own;
    struct image_range range;
    uintptr_t here = (uintptr_t)text;
    int found = 0;

    (void)state;
    assert_true(image_at((const void *)here, &own));
    for (unsigned n = 0; image_text(&own, n, &range); n++)
        found += here >= range.start && here < range.end;
    assert_int_equal(found, 1);
}

static void relro(void **state)
{
    struct image own;

    (void)state;
    assert_true(image_at((const void *)(uintptr_t)relro, &own));
    assert_ptr_equal(relocated[zero], &writable);
    assert_true(image_is_relro(&own, &relocated[zero]));
    assert_false(image_is_relro(&own, &writable));
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        CASE("an address finds the object that holds it", finds_objects),
        CASE("an address outside of all objects finds none", no_object),
        CASE("an exported symbol is where the loader says it is", symbols),
        CASE("a symbol that an object only imports is not its own", undefined),
        CASE("an address finds the symbol that it lies in", symbols_by_address),
        CASE("an address before all symbols or after them lies in none", no_symbol_by_address),
        CASE("an address lies in the symbol that the loader tells", symbols_as_loader_says),
        CASE("an address in the file is that in memory less the load bias", offsets),
        CASE("an address finds the loaded segment that holds it", segments),
        CASE("the build id is found", build_id),
        CASE("the first object that exports a symbol is found, an excluded one is not", exporting),
        CASE("code lies in one of the executable segments", text),
        CASE("what is read-only after relocation is told from data", relro),
    };

    return RUN_CASES(cases);
}
