/* SPDX-License-Identifier: MIT */
/* What there is to say about rule hook-failed. */
#include "explain/rule.h"

const struct rule_text explain_hook_failed = {
    .rule = "hook-failed",
    .meaning =
        "A post-import hook of the configuration raised an exception or could not be loaded.\n"
        "The import itself has succeeded, the program goes on without the hook's work, and\n"
        "the finding has the traceback.\n",
    .wrong = "[hook requests.sessions]\n"
             "call = myapp.hook:patch             ; there is no module myapp.hook\n",
    .right = "[hook requests.sessions]\n"
             "call = myapp.hooks:patch\n"
             "optional = yes                      ; where myapp is not installed\n",
    .fix = "The finding says in which section the hook is and what went wrong in it. A callable\n"
           "must be importable by the program itself: look at its sys.path.\n",
    .leave = "on-error = raise in the section hands the exception to the importer instead;\n"
             "optional = yes says nothing where the callable can't be imported.\n",
};
