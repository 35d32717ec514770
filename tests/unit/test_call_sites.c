/* SPDX-License-Identifier: MIT */
/* Call sites, on the machine code of this very program. */
#include "unit.h"

#include "python/call_site.h"
#include "python/call_sites.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

/*
 * What the compiler must leave as calls, on pages where no code stands that the test runs
 * while it changes them: a page is not executable for that moment.
 */
#define APART __attribute__((noinline, noclone, noipa, section("call_sites_text")))

APART __attribute__((aligned(4096), used)) static void first_page(void)
{
}

static int calls;

APART static int original(int number)
{
    calls++;
    return number + 1;
}

APART static int replacement(int number)
{
    return number + 100;
}

APART static int calls_it(int number)
{
    return original(number) * 2;
}

/* Far enough away that the jump has a long displacement. */
APART __attribute__((aligned(4096))) static int jumps_to_it(int number)
{
    return original(number + 1);
}

static int (*volatile pointer)(int) = original;

static void *address(int (*function)(int))
{
    return (void *)(uintptr_t)function;
}

static unsigned redirect(int (*from)(int), int (*to)(int), const char **why)
{
    struct image own;

    assert_true(image_at(address(from), &own));
    return call_sites_redirect(&own, address(from), address(to), why);
}

APART static int never_called(int number)
{
    return number - 1;
}

static void none(void **state)
{
    const char *why = NULL;

    (void)state;
    assert_int_equal(redirect(never_called, replacement, &why), 0);
    assert_string_equal(why, "no direct call of the function was found");
}

static bool is_writable_and_executable(void)
{
    char line[512];
    bool found = false;
    FILE *maps = fopen("/proc/self/maps", "re");

    while (fgets(line, sizeof line, maps) != NULL)
        found |= strstr(line, " rwx") != NULL;
    fclose(maps);
    return found;
}

static void all(void **state)
{
    const char *why = NULL;

    (void)state;
    assert_int_equal(calls_it(1), 4);
    assert_int_equal(jumps_to_it(1), 3);
    if (CALL_SITE_REACH == 0)
        skip();
    assert_int_equal(redirect(original, replacement, &why), 2);
    assert_int_equal(calls_it(1), 202);
    assert_int_equal(jumps_to_it(1), 102);
    assert_int_equal(pointer(1), 2);
    assert_false(is_writable_and_executable());
}

APART static int other(int number)
{
    return number + 7;
}

APART static int calls_other(int number)
{
    return other(number) * 3;
}

APART __attribute__((aligned(4096), used)) static void last_page(void)
{
}

static void *nothing(void *unused)
{
    return unused;
}

static void threads(void **state)
{
    const char *why = NULL;
    pthread_t thread;

    (void)state;
    assert_int_equal(pthread_create(&thread, NULL, nothing, NULL), 0);
    if (CALL_SITE_REACH != 0) {
        assert_int_equal(redirect(other, replacement, &why), 0);
        assert_string_equal(why, "other threads run already");
    }
    pthread_join(thread, NULL);
    assert_int_equal(calls_other(1), 24);
}

static void aim(void **state)
{
    /* Room for a displacement in both directions, as data: nothing of it is run. */
    static unsigned char code[4096] __attribute__((aligned(16)));
    struct image own;
    struct image_range text;
    unsigned char *end = code + sizeof code;

    (void)state;
    if (CALL_SITE_REACH == 0)
        skip();
    assert_true(image_at(address(calls_other), &own));
    unsigned char *site = NULL;
    for (unsigned n = 0; site == NULL && image_text(&own, n, &text); n++)
        site =
            call_site_next((unsigned char *)text.start, (unsigned char *)text.end, address(other));
    assert_non_null(site);
    memcpy(code + 2048, site, CALL_SITE_BYTES);
    call_site_aim(code + 2048, code + 16);
    assert_ptr_equal(call_site_next(code, end, code + 16), code + 2048);
    call_site_aim(code + 2048, code + 4000);
    assert_ptr_equal(call_site_next(code, end, code + 4000), code + 2048);
    assert_null(call_site_next(code, end, code + 16));
    assert_null(call_site_next(code + 2052, end, code + 4000));
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        CASE("a function that nobody calls directly has no call sites", none),
        CASE("an instruction is aimed at another target and found by it", aim),
        CASE("all calls and jumps are redirected, pointers are not, no page stays open", all),
        CASE("nothing is redirected once there has been a second thread", threads),
    };

    return RUN_CASES(cases);
}
