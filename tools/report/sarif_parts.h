/* SPDX-License-Identifier: MIT */
/*
 * Objects of SARIF 2.1.0 (OASIS, "Static Analysis Results Interchange Format") that more than
 * one part of a report has in it.  Each returns a new reference.
 */
#ifndef PIHOOK_REPORT_SARIF_PARTS_H
#define PIHOOK_REPORT_SARIF_PARTS_H

#include <jansson.h>
#include <stddef.h>

/* Files below the working directory are told relative to this base. */
#define SARIF_BASE "%SRCROOT%"

/* The array that defines the base. */
json_t *sarif_bases(void);

/* A message object. */
json_t *sarif_message(const char *text);

/*
 * A location object: file and line, where they are known, and the function or variable as a
 * logical location.  `place` and `message` may be NULL.
 */
json_t *sarif_location(const json_t *place, const char *message);

/* The rules, as the driver of a tool has them. */
json_t *sarif_rules(void);

/* A rule's index in there, or -1. */
int sarif_rule_index(const char *rule);

#endif
