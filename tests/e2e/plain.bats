#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The package pihook in plain Python, for programs that run without the library: hooks keep
# the promises that they keep with it.

bats_require_minimum_version 1.5.0
load helper

setup_file() {
    find_pythons
}

setup() {
    clean_environment
}

# all_of FUNCTION...: of semantics.py, as `all_hold`, without the library.
all_of() {
    local PIHOOK_TEST_PACKAGE=$TESTS/../tools/python
    all_hold semantics "$@"
}

@test "the plain package runs a hook once for each module object, after body and binding" {
    each_python all_of once_for_each_module_object after_the_body \
        with_the_attribute_of_the_parent_bound with_the_final_object in_order_of_registration \
        at_once_when_it_is_imported_already a_glob_hooks_what_is_imported_already \
        not_after_an_import_that_failed
}

@test "the plain package runs hooks after reload where they want it" {
    each_python all_of reload_runs_the_hooks_that_want_it reload_gets_the_exception_of_a_hook
}

@test "the plain package gives the importer the exception of a hook" {
    each_python all_of an_exception_of_a_hook_is_the_importers what_the_parent_had_is_given_back \
        registration_gets_the_exception_for_what_is_imported
}

@test "the plain package hooks packages, lazy modules and what a body puts below itself" {
    each_python all_of packages_and_submodules namespace_packages every_way_of_importing \
        frozen_modules modules_in_a_zip_file modules_below_a_plain_module \
        modules_of_loaders_that_have_only_load_module lazy_loader_modules_when_their_body_runs
}

says_what_it_is() {
    run plain_python -c 'import sys
sys.path.insert(0, sys.argv[1])
import pihook
status = pihook.status()
print(status["preloaded"], status["version"] == pihook.__version__, status["roads"]["imports"])
pihook.when_imported("json", on_error="report")(lambda module: None)
import json
print(pihook.status()["roads"]["imports"]["live"], pihook.hooks()[0]["name"])' \
        "$TESTS/../tools/python"
    same "$output" "False True {'live': False, 'road': None, 'why': 'no hook is registered', 'seen': 0}
True json"
}

@test "the plain package says that it is not preloaded" {
    each_python says_what_it_is
}

@test "the plain package has the version of the build" {
    run grep -Eo '[0-9]+[.][0-9.]+[0-9]' "$TESTS/../tools/python/pihook/_version.py"
    grep -F "AC_INIT([pihook], [$output])" "$TESTS/../configure.ac"
}
