/* SPDX-License-Identifier: MIT */
/*
 * The null shim: a preloaded object with a constructor and nothing else, as the measure of
 * what preloading costs by itself.
 */
static volatile unsigned starts;

__attribute__((constructor)) static void begin(void)
{
    starts++;
}
