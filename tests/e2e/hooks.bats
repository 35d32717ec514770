#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Post-import hooks: what they do, what becomes of their failures, and when they run.

# shellcheck disable=SC2030,SC2031,SC2154 # bats gives each test a subshell, and stderr
bats_require_minimum_version 1.5.0
load helper

setup_file() {
    find_pythons
}

setup() {
    clean_environment
}

# ---- actions ----

cookbook_example() {
    config '[hook threading]' 'warn = Threads? Are you crazy?'
    says "Threads? Are you crazy?" -c 'import threading'
}

@test "two lines of configuration warn of an import, on stderr alone" {
    each_python cookbook_example
}

statuses() {
    local status_wanted
    for status_wanted in 0 1 7; do
        ends "$status_wanted" python -c "import json, sys; sys.exit($status_wanted)"
        same "$output$stderr" ""
    done
    ends 1 python -c 'import json; 1 / 0'
    like "$stderr" 'Traceback*ZeroDivisionError: division by zero'
}

without_hooks() {
    statuses
}

with_hooks() {
    config '[hook json]' 'exec = pass' '[hook nowhere]' 'warn = never'
    statuses
}

@test "when nothing is wrong nothing is printed, and the exit status is the program's" {
    each_python without_hooks
    each_python with_hooks
}

warn_many() {
    config '[hook a]' 'warn = with "quotes" = and : colons ; and no comment' \
        'warn = second' '    line'
    file a.py
    says $'with "quotes" = and : colons\nsecond\nline' \
        -c 'import sys; sys.path[:0] = ["."]; import a'
}

@test "the text of a warning is printed as it stands, line by line" {
    each_python warn_many
}

call_module() {
    file a.py 'seen = []'
    file myhooks.py 'def plain(module): module.seen.append("plain")' \
        'class Hooks:' '    class Inner:' '        @staticmethod' \
        '        def deep(module): module.seen.append(module.__name__)'
    file app.py 'import sys' 'sys.path[:0] = ["."]' 'assert "myhooks" not in sys.modules' \
        'import a' 'print(a.seen)'
    config '[hook a]' 'call = myhooks:plain' 'call = myhooks:Hooks.Inner.deep ; in a class'
    prints "['plain', 'a']" app.py
}

@test "call imports a module beside the program when needed, and runs a function of it" {
    each_python call_module
}

call_with_library() {
    file app.py 'import sys' 'sys.path[:0] = ["."]' 'import a'
    file a.py
    file myhooks.py 'import a, textwrap' 'def hook(module): assert module is a; print("hooked")'
    config '[hook a]' 'call = myhooks:hook'
    prints hooked app.py
}

@test "the module of a call hook may import the module that is hooked" {
    each_python call_with_library
}

call_everywhere() {
    file app.py 'import sys' 'sys.path[:0] = ["."]' 'import a, b' 'import myhooks' \
        'print(myhooks.seen)'
    file a.py
    file b.py
    file c.py
    file d.py
    file myhooks.py 'import c' 'seen = []' 'def hook(module): seen.append(module.__name__)' \
        'import d'
    config '[hook [a-d]]' 'call = myhooks:hook' '[hook myhooks]' 'call = myhooks:hook'
    ends 0 python app.py
    same "$stderr" ""
    for name in a b c d myhooks; do
        like "$output" "*'$name'*"
        [[ $output != *"'$name'"*"'$name'"* ]]
    done
}

@test "a call hook reaches its own module and those that this one imports, once" {
    each_python call_everywhere
}

exec_module() {
    config '[hook a]' 'exec = import sys' '    module.seen.append(sys.modules["a"] is module)' \
        '    module.seen.append(len("abc"))' 'exec = module.seen.append("next") ; a comment'
    file a.py 'seen = []'
    prints "[True, 3, 'next']" -c 'import sys; sys.path[:0] = ["."]; import a; print(a.seen)'
}

@test "exec runs Python code of several lines, with the module bound" {
    each_python exec_module
}

native_module() {
    config '[hook native_a]' "native = $NATIVE:on_import" \
        '[hook pkg.*]' "native = $NATIVE:on_import"
    file native_a.py
    file pkg/__init__.py
    file pkg/sub.py
    prints $'native_a True\npkg.sub True' \
        -c 'import sys; sys.path[:0] = ["."]; import native_a, pkg.sub'
}

@test "native calls a function of a shared object with the name and the module" {
    native_library native_hook
    each_python native_module
}

many_actions() {
    config '[hook a]' 'warn = 1' 'exec = import os; os.write(2, b"2\n")' '[hook *]' \
        'exec = if module.__name__ == "a": import os; os.write(2, b"3\n")' '[hook b]' \
        'warn = not this' '[hook a]' 'warn = 4'
    file a.py
    says $'1\n2\n3\n4' -c 'import sys; sys.path[:0] = ["."]; import a'
}

@test "several actions and sections run in the order of the file" {
    each_python many_actions
}

globs() {
    local name
    mkdir pkg
    for name in a b c aa pkg/__init__ pkg/one pkg/two; do
        file $name.py
    done
    config '[hook pkg.*]' 'warn = pkg.*' '[hook ?]' 'warn = ?' '[hook [ab]]' 'warn = [ab]' \
        '[hook [!ab]]' 'warn = [!ab]' '[hook p*.t*]' 'warn = p*.t*'
    says $'?\n[ab]\n?\n[!ab]\npkg.*\npkg.*\np*.t*' \
        -c 'import sys; sys.path[:0] = ["."]; import a, c, aa, pkg.one, pkg.two'
}

@test "names may be globs" {
    each_python globs
}

every_module() {
    config '[hook *]' 'exec = module.__dict__.setdefault("_hooked", []).append(1)'
    prints "[]" -c '
import json, sys
print([name for name, module in sys.modules.items()
       if isinstance(module, type(sys)) and len(module.__dict__.get("_hooked", [])) != 1
       and name != "__main__" and module is sys.modules.get(module.__name__)
       and list(sys.modules.values()).count(module) == 1])'
}

@test "a hook on every module runs once for each, also for those of the interpreter's start" {
    each_python every_module
}

early_modules() {
    config '[hook encodings]' 'warn = encodings' '[hook codecs]' 'warn = codecs' '[hook sys]' \
        'exec = module.hooked = 1' '[hook _thread]' 'exec = module.hooked = 1'
    ends 0 python -c 'import sys, _thread; print(sys.hooked, _thread.hooked)'
    same "$output" "1 1"
    same "$(sort <<<"$stderr")" $'codecs\nencodings'
    ends 0 python -c ''
    same "$(sort <<<"$stderr")" $'codecs\nencodings'
}

@test "hooks on modules of the interpreter's start have run before the program begins" {
    each_python early_modules
}

early_call() {
    config '[hook codecs]' 'call = myhooks:hook'
    file myhooks.py 'def hook(module): module.hooked = 1'
    file app.py 'import codecs' 'print(codecs.hooked)'
    prints 1 app.py
}

@test "call finds the module beside the program for modules of the interpreter's start too" {
    each_plain_python early_call
}

os_path() {
    config '[hook os.path]' 'exec = module.hooked = getattr(module, "hooked", 0) + 1'
    prints 1 -c 'import os.path; import os.path as path; print(path.hooked)'
}

@test "a hook on os.path runs once, whoever imported os" {
    each_python os_path
}

# ---- failures ----

failing_exec() {
    config '' '[hook a]' 'exec = x = 1' '    y = 2' '    raise ValueError("no such luck")'
    file a.py
    ends 0 python -c 'import sys; sys.path[:0] = ["."]; import a; print("on")'
    same "$output" on
    same "${stderr_lines[0]}" "pihook: warning: hook-failed: $PIHOOK_CONFIG:3: hook on 'a' failed \
for module 'a': ValueError: no such luck"
    like "${stderr_lines[1]}" "    process python* (*), thread * (*)"
    like "$stderr" "*
    Traceback (most recent call last):
*      File \"$PIHOOK_CONFIG\", line 5, in <module>
    ValueError: no such luck
pihook: 0 errors, 1 warnings, 0 suppressed"
    [[ $stderr != *importlib* ]]
}

@test "the failure of a hook is a finding that names its line, and the import succeeds" {
    each_python failing_exec
}

bad_syntax() {
    config '[hook a]' 'exec = if True' '[hook a]' 'warn = the next'
    file a.py
    ends 0 python -c 'import sys; sys.path[:0] = ["."]; import a; print("on")'
    same "$output" on
    like "$stderr" "pihook: warning: hook-failed: $PIHOOK_CONFIG:2: *SyntaxError: *the next*"
}

@test "code that can't be compiled is a finding, and the next hook runs" {
    each_python bad_syntax
}

raising() {
    config '[hook pkg.sub]' 'on-error = raise' \
        'exec = log.append("tried")' '    if len(log) < 2: raise KeyError("no")'
    file pkg/__init__.py
    file pkg/sub.py 'import builtins' 'builtins.log = getattr(builtins, "log", [])'
    file app.py 'import sys' 'sys.path[:0] = ["."]' 'try:' '    import pkg.sub' \
        'except KeyError as error:' '    print(repr(error))' \
        'print("pkg.sub" in sys.modules, hasattr(sys.modules["pkg"], "sub"))' \
        'import pkg.sub' 'print(pkg.sub is sys.modules["pkg.sub"], log)'
    prints $'KeyError(\'no\')\nFalse False\nTrue [\'tried\', \'tried\']' app.py
}

@test "with on-error=raise the importer gets the exception and the next import tries again" {
    each_python raising
}

uncaught() {
    config '[hook a]' 'on-error = raise' 'exec = raise KeyError("no")'
    file a.py
    ends 1 python -c 'import sys; sys.path[:0] = ["."]; import a; print("on")'
    same "$output" ""
    like "$stderr" "Traceback*File \"$PIHOOK_CONFIG\", line 3, in <module>*KeyError: 'no'"
    [[ $stderr != *pihook:* ]]
}

@test "an exception that nobody catches ends the program as any other, with the hook's line" {
    each_python uncaught
}

leave() {
    config '[hook a]' 'exec = raise SystemExit(9)'
    file a.py
    ends 9 python -c 'import sys; sys.path[:0] = ["."]; import a; print("on")'
    same "$output" ""
}

@test "SystemExit of a hook ends the program, without a finding" {
    each_python leave
}

levels() {
    file a.py
    config '[hook a]' 'exec = 1 / 0'
    local code='import sys; sys.path[:0] = ["."]; import a; print("on"); sys.exit(int(sys.argv[1]))'
    PIHOOK_OPTIONS=hook-failed=error:exitcode=66 ends 66 python -c "$code" 0
    same "$output" on
    like "$stderr" "pihook: error: hook-failed: *pihook: 1 errors, 0 warnings, 0 suppressed"
    PIHOOK_OPTIONS=hook-failed=error:exitcode=66 ends 3 python -c "$code" 3
    PIHOOK_OPTIONS=hook-failed=error ends 0 python -c "$code" 0
    PIHOOK_OPTIONS=exitcode=66 ends 0 python -c "$code" 0
    config '[rules]' 'hook-failed = error' '[report]' 'exitcode = 67' '[hook a]' 'exec = 1 / 0'
    ends 67 python -c "$code" 0
    PIHOOK_OPTIONS=hook-failed=off:exitcode=66 prints on -c "$code" 0
}

@test "hook-failed as an error turns the status 0 into exitcode; off it is silent" {
    each_python levels
}

told_once() {
    file a.py
    file b.py
    file c.py
    config '[hook [abc]]' 'exec = raise ValueError(module.__name__)'
    ends 0 python -c 'import sys; sys.path[:0] = ["."]; import a, b, c'
    same "$(grep -c 'pihook: warning: hook-failed' <<<"$stderr")" 1
    like "$stderr" "*pihook: 3 times: hook-failed: *
pihook: 0 errors, 1 warnings, 0 suppressed"
}

@test "a hook that fails for many modules is told once, with the count at the end" {
    each_python told_once
}

missing_callable() {
    file a.py
    file b.py
    file myhooks.py
    config '[hook [ab]]' 'call = nowhere:hook' '[hook [ab]]' 'call = myhooks:hook' '[hook [ab]]' \
        'native = /nonexistent.so:hook'
    ends 0 python -c 'import sys; sys.path[:0] = ["."]; import a, b; print("on")'
    same "$output" on
    same "$(grep 'warning: hook-failed:' <<<"$stderr" | cut -d: -f-5)" \
        "pihook: warning: hook-failed: $PIHOOK_CONFIG:2
pihook: warning: hook-failed: $PIHOOK_CONFIG:4
pihook: warning: hook-failed: $PIHOOK_CONFIG:6"
    like "$stderr" "*No module named 'nowhere'*has no attribute 'hook'*/nonexistent.so*"
}

@test "a function that can't be found is one finding with its file and line" {
    each_python missing_callable
}

optional_callable() {
    file a.py
    file myhooks.py
    file broken.py 'def hook(module): raise ValueError("but this is told")'
    config '[hook a]' 'optional = yes' 'call = nowhere:hook' 'call = myhooks:hook' \
        'native = /nonexistent.so:hook'
    prints on -c 'import sys; sys.path[:0] = ["."]; import a; print("on")'
    config '[hook a]' 'call = broken:hook' 'optional = yes'
    ends 0 python -c 'import sys; sys.path[:0] = ["."]; import a'
    like "$stderr" "*ValueError: but this is told*"
}

@test "with optional=yes a missing function is no finding, but its failure is one" {
    each_python optional_callable
}

# ---- when and how often ----

reloading() {
    file a.py
    config '[hook a]' 'warn = once' '[hook a]' 'reload = yes' 'warn = again'
    says $'once\nagain\nagain' \
        -c 'import sys, importlib; sys.path[:0] = ["."]; import a; importlib.reload(a)'
}

@test "with reload=yes a hook of the configuration runs after importlib.reload again" {
    each_python reloading
    each_python held semantics reload_runs_the_hooks_that_want_it
}

@test "a hook runs once for each module object" {
    each_python held semantics once_for_each_module_object
}

@test "a hook runs after the module's body" {
    each_python held semantics after_the_body
}

@test "a hook sees the attribute of the parent package bound, and imports by it" {
    each_python held semantics with_the_attribute_of_the_parent_bound
}

@test "a hook gets the object that the body put in the module's place" {
    each_python held semantics with_the_final_object
}

@test "hooks run in the order of their registration" {
    each_python held semantics in_order_of_registration
}

@test "a hook for a module that is imported already runs at once" {
    each_python held semantics at_once_when_it_is_imported_already
    each_python held semantics a_glob_hooks_what_is_imported_already
}

@test "no hook runs for an import that failed, but for the one that succeeds later" {
    each_python held semantics not_after_an_import_that_failed
    each_python held semantics not_for_a_body_that_removes_its_module
}

@test "a hook runs for a module that has taken its spec away" {
    each_python held semantics for_a_module_without_a_spec
}

@test "the exception of a hook after a reload is the caller's, and the module stays" {
    each_python held semantics reload_gets_the_exception_of_a_hook
}

@test "a hook may import other modules that are hooked" {
    each_python held semantics a_hook_imports_what_is_hooked
}

@test "a hook may import the module that it runs for" {
    each_python held semantics a_hook_imports_its_own_module
}

@test "a hook may register hooks, for its own module too" {
    each_python held semantics a_hook_registers_hooks
}

@test "a module may register a hook for itself, which runs after its body" {
    each_python held semantics a_body_registers_a_hook_for_its_own_module
}

@test "a hook may start threads and join those that don't import its module" {
    each_python held semantics a_hook_starts_a_thread_and_joins_it
}

@test "a thread that a hook starts waits for the hooked module" {
    each_python held semantics a_thread_of_a_hook_may_wait_for_the_hooks_module
}

@test "the traceback of a failed import shows Python's own frames alone" {
    each_python held semantics a_hook_is_no_frame_of_a_later_traceback
}

@test "the exception of a when_imported function fails the import, and the next one tries again" {
    each_python held semantics an_exception_of_a_hook_is_the_importers
}

@test "what the parent package had under the name is given back when a hook fails" {
    each_python held semantics what_the_parent_had_is_given_back
}

@test "registering a failing hook for an imported module raises, and the module stays" {
    each_python held semantics registration_gets_the_exception_for_what_is_imported
}

# ---- kinds of modules ----

@test "hooks run for packages and their submodules" {
    each_python held semantics packages_and_submodules
}

@test "hooks run whichever way a module is imported" {
    each_python held semantics every_way_of_importing
    each_python held semantics imports_of_c_code
}

@test "hooks run for namespace packages" {
    each_python held semantics namespace_packages
}

@test "hooks run for frozen modules" {
    each_python held semantics frozen_modules
}

@test "hooks run for modules in a zip file" {
    each_python held semantics modules_in_a_zip_file
}

@test "hooks run for extension modules" {
    each_python held semantics extension_modules
}

@test "hooks run for built-in modules" {
    each_python held semantics builtin_modules
}

@test "hooks run for modules that a plain module puts below its name" {
    each_python held semantics modules_below_a_plain_module
}

@test "hooks run for modules of custom finders and loaders, which stay as they are" {
    each_python held semantics modules_of_custom_finders_and_loaders
}

@test "hooks run for modules of loaders that have only load_module" {
    each_python held semantics modules_of_loaders_that_have_only_load_module
}

@test "hooks run for a LazyLoader's module when its body runs, and not before" {
    each_python held semantics lazy_loader_modules_when_their_body_runs
}

@test "hooks run for a lazy module that a program makes by itself when its body runs" {
    each_python held semantics lazy_modules_made_by_hand_when_their_body_runs
}

@test "lazy modules that a program makes by itself look as without hooks" {
    each_python held semantics lazy_modules_made_by_hand_look_as_ever
}

@test "a lazy module that two threads use first has one body and one run of its hooks" {
    each_python held semantics lazy_modules_made_by_hand_in_two_threads
}

lazy_imports() {
    from_minor 15 "lazy imports" || return 0
    held semantics lazy_imports_when_they_are_used
}

@test "hooks run for a lazy import when it is used, and not before" {
    each_python lazy_imports
}

@test "hooks run for modules that import each other" {
    each_python held semantics import_cycles
}

run_as_main() {
    config '[hook pkg]' 'warn = pkg' '[hook pkg.sub]' 'warn = sub'
    file pkg/__init__.py
    file pkg/__main__.py 'from . import sub' 'print(__name__)'
    file pkg/sub.py
    ends 0 python -m pkg
    same "$output" __main__
    same "$stderr" $'pkg\nsub'
}

@test "hooks run for the package that python -m runs" {
    each_plain_python run_as_main
}

@test "hooks run in the child of a fork" {
    each_python held semantics the_child_of_a_fork
}

@test "hooks run for names that are not ASCII" {
    each_python held semantics names_that_are_not_ascii
}

# ---- threads ----

# race CASE ROUNDS: forty times as many when PIHOOK_TEST_LONG is set.
race() {
    local rounds=$2
    [[ -z ${PIHOOK_TEST_LONG:-} ]] || rounds=$(($2 * 40))
    each_plain_python holds race "$1" "$rounds"
}

@test "no thread sees a module unhooked, whichever way it imports" {
    race no_thread_sees_a_module_unhooked 50
}

@test "no thread sees a submodule of an imported package unhooked" {
    race no_thread_sees_a_submodule_unhooked 50
}

@test "a from-import that has begun waits for the hooks of the submodule" {
    each_plain_python holds race a_from_import_that_has_begun_waits
}

@test "no thread sees a package unhooked because it imports its submodule" {
    race no_thread_sees_a_package_unhooked 25
}

@test "threads that wait for a module go on when its hook fails" {
    race waiting_ends_when_a_hook_fails 25
}

@test "a hook that is registered while its module is imported runs once" {
    race a_hook_registered_during_an_import_runs_once 50
}

@test "two threads that import hooked modules which import each other come to an end" {
    export PIHOOK_OPTIONS=lock-order=off # which would say that
    race import_cycles_end 25
}

@test "two threads whose hooks import each other's module come to an end" {
    export PIHOOK_OPTIONS=lock-order=off
    race hooks_that_import_each_others_modules_end 25
}

@test "garbage collections while many threads import come to an end" {
    race collections_during_imports_end 13
}

ending() {
    config '[hook busy.*]' 'exec = for turn in range(100): turn += 1'
    file busy/__init__.py
    file busy/one.py
    file busy/two.py
    file app.py 'import sys, threading' 'sys.path[:0] = ["."]' 'import busy' \
        'start = threading.Barrier(9)' \
        'def work():' '    start.wait()' '    while True:' '        from busy import one, two' \
        '        sys.modules.pop("busy.one", None)' '        sys.modules.pop("busy.two", None)' \
        'for _ in range(8): threading.Thread(target=work, daemon=True).start()' 'start.wait()' \
        'print("end")'
    # CPython itself crashes at this, without the library, in up to 2 of 100 runs (3.10, 3.12):
    # a program that can't end with the library fails three times.
    prints end app.py || prints end app.py || prints end app.py
}

@test "a program may end while its threads import" {
    each_python ending
}

# ---- sub-interpreters ----

in_interpreters() {
    config '[hook a]' 'exec = module.hooked += 1'
    holds interpreters "$@"
}

@test "hooks of the configuration run in each sub-interpreter, registered ones in their own" {
    each_python in_interpreters hooks_of_the_configuration_run_in_each testcapi
    each_python in_interpreters hooks_of_the_configuration_run_in_each interpreters
}

own_gil() {
    from_minor 12 "sub-interpreters with a GIL of their own" || return 0
    in_interpreters hooks_run_in_threads_with_a_gil_of_their_own
}

@test "hooks run in sub-interpreters with a GIL of their own, several at once" {
    each_python own_gil
}
