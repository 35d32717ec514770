# SPDX-License-Identifier: MIT
# Makes a C file of the page: page_before, up to where the trace stands, and page_after.
# A line "<!-- include NAME -->" of the page stands for the file of that name in `folder`.

function emit(line) {
    gsub(/\\/, "&&", line)
    gsub(/"/, "\\\\&", line)
    printf "    \"%s\\n\"\n", line
}

function include(name,    line, status) {
    while ((status = (getline line < (folder "/" name))) > 0)
        emit(line)
    if (status < 0) {
        print "embed.awk: cannot read " folder "/" name > "/dev/stderr"
        failed = 1
        exit 1
    }
    close(folder "/" name)
}

BEGIN {
    print "/* Made by embed.awk from the files of this folder. */"
    print "#include \"trace/page.h\"\n"
    print "const char page_before[] ="
}

/^<!-- include [^ ]+ -->$/ {
    include($3)
    next
}

/^<!-- data -->$/ {
    print "    ;\n\nconst char page_after[] ="
    next
}

{
    emit($0)
}

END {
    if (failed)
        exit 1
    print "    ;"
}
