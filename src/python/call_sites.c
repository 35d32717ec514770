/* SPDX-License-Identifier: MIT */
/*
 * Redirects direct calls.  Called once, before the Python in question runs; code is never
 * writable and executable at the same time, and every page gets back the rights it had.
 */
#include "python/call_sites.h"

#include "python/call_site.h"

#include <fcntl.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/single_threaded.h>
#include <unistd.h>

/* Every build seen has 3 to 8; a number far from it means that something else was found. */
enum { MOST_SITES = 64 };
enum { STUB_STEP = 1 << 20 };

struct sites {
    unsigned char *at[MOST_SITES];
    unsigned count;
};

static void collect(struct sites *sites, const struct image_range *text, const void *function)
{
    unsigned char *end = (unsigned char *)text->end;
    unsigned char *site = (unsigned char *)text->start;

    while (sites->count < MOST_SITES && (site = call_site_next(site, end, function)) != NULL)
        sites->at[sites->count++] = site++;
}

/* Maps a page at that address, if it is free. */
static unsigned char *map_at(uintptr_t address, size_t size)
{
    void *page = mmap((void *)address, size, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

    if (page == MAP_FAILED)
        return NULL;
    if ((uintptr_t)page == address)
        return page;
    munmap(page, size); /* a kernel before 4.17 takes the address as a hint */
    return NULL;
}

/* A page from which both ends of the text are within reach of a displacement. */
static unsigned char *map_near(const struct image_range *text, size_t size)
{
    uintptr_t room = CALL_SITE_REACH - (text->end - text->start);
    uintptr_t above = (text->end + STUB_STEP) & ~(uintptr_t)(STUB_STEP - 1);
    uintptr_t below = text->start & ~(uintptr_t)(STUB_STEP - 1);

    if (CALL_SITE_REACH <= text->end - text->start)
        return NULL;
    for (uintptr_t away = 0; away + STUB_STEP < room; away += STUB_STEP) {
        unsigned char *page = map_at(above + away, size);

        if (page == NULL && below > away + STUB_STEP)
            page = map_at(below - away - STUB_STEP, size);
        if (page != NULL)
            return page;
    }
    return NULL;
}

static unsigned char *make_stub(const struct image_range *text, const void *replacement)
{
    size_t size = (size_t)sysconf(_SC_PAGESIZE);
    unsigned char *stub = map_near(text, size);

    if (stub == NULL)
        return NULL;
    call_stub_write(stub, replacement);
    if (mprotect(stub, size, PROT_READ | PROT_EXEC) == 0)
        return stub;
    munmap(stub, size);
    return NULL;
}

/* The pages of one site, which may stand across a border. */
static int protect(const unsigned char *site, int rights)
{
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    uintptr_t start = (uintptr_t)site & ~(page - 1);
    uintptr_t end = ((uintptr_t)site + CALL_SITE_BYTES + page - 1) & ~(page - 1);

    return mprotect((void *)start, end - start, rights);
}

/*
 * SELinux may let code be written and then refuse to let it be executed again: found out on
 * a mapping of the same file that nobody runs.
 */
static bool code_may_change(const struct image *image)
{
    const char *name = image_name(image);
    size_t size = (size_t)sysconf(_SC_PAGESIZE);
    int file = open(*name == '\0' ? "/proc/self/exe" : name, O_RDONLY | O_CLOEXEC);
    unsigned char *page = file < 0 ? MAP_FAILED
                                   : mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);
    bool may = page != MAP_FAILED;

    if (may) {
        *(volatile unsigned char *)page = 0;
        may = mprotect(page, size, PROT_READ | PROT_EXEC) == 0;
        munmap(page, size);
    }
    if (file >= 0)
        close(file);
    return may;
}

static bool aim(unsigned char *site, const void *target)
{
    if (protect(site, PROT_READ | PROT_WRITE) != 0)
        return false;
    call_site_aim(site, target);
    return protect(site, PROT_READ | PROT_EXEC) == 0;
}

/* All of them, or none. */
static bool aim_all(const struct sites *sites, const void *target, const void *before)
{
    for (unsigned i = 0; i < sites->count; i++)
        if (!aim(sites->at[i], target)) {
            while (i-- > 0)
                aim(sites->at[i], before);
            return false;
        }
    return true;
}

unsigned call_sites_redirect(const struct image *image, const void *function,
                             const void *replacement, const char **why)
{
    struct sites sites = {.count = 0};
    struct image_range text, last = {0, 0};

    for (unsigned n = 0; image_text(image, n, &text); n++) {
        collect(&sites, &text, function);
        last = text;
    }
    *why = sites.count == 0 ? "no direct call of the function was found"
                            : "too many direct calls of the function were found";
    if (sites.count == 0 || sites.count == MOST_SITES)
        return 0;
    *why = "other threads run already";
    if (!__libc_single_threaded)
        return 0;
    *why = "the kernel does not let code be changed";
    if (!code_may_change(image))
        return 0;
    *why = "no memory near the code";
    unsigned char *stub = make_stub(&last, replacement);
    return stub != NULL && aim_all(&sites, stub, function) ? sites.count : 0;
}
