#!/bin/bash
# SPDX-License-Identifier: MIT
# Runs the tests of doc/sample under `pihook run` and writes what is told there: terminal.txt,
# junit.xml, annotations.txt, and README.md with the first of these in its place.  Process ids,
# addresses, times and folders are always the same, so that a change of the files is one of
# pihook.  It needs Debian 12's Python, of which lines are told.
#
#   tests/sample.sh           writes them into the source tree
#   tests/sample.sh FOLDER    writes them there
#
# PIHOOK_BUILD is the folder of the build, by default the source tree.
set -euo pipefail
TREE=$(realpath "$(dirname "$0")/..")
BUILD=$(realpath "${PIHOOK_BUILD:-$TREE}")
# What README shows; the program and pihook are found in PATH.
COMMAND='pihook run -o address-order=off -- python3 -m unittest; echo $?'
FILES='pihook run -o address-order=off --output=junit:junit.xml --output=github:annotations.txt --
  python3 -m unittest'

# in_sample COMMAND: in a copy of the sample, with nothing of the caller's own settings.
in_sample() {
  (cd "$work/sample" && env -i PATH="$BUILD/tools:/usr/bin:/bin" LC_ALL=C.UTF-8 \
    PYTHONDONTWRITEBYTECODE=1 bash -c "$1" 2>&1)
}

# Numbers that differ from run to run become those of their first places.
normalised() {
  sed -e "s|$work/sample|/src/bank|g" -e 's/^\(Ran [0-9]* tests\) in .*/\1 in 0.010s/' |
    awk '
      function same(number) {
        if (!(number in known))
          known[number] = (number ~ /^0x/) ? sprintf("0x7f0000000%d00", ++addresses) : \
            sprintf("(%d)", 1000 + ids++)
        return known[number]
      }
      {
        done = ""
        while (match($0, /0x[0-9a-f]+|\([0-9]+\)/)) {
          done = done substr($0, 1, RSTART - 1) same(substr($0, RSTART, RLENGTH))
          $0 = substr($0, RSTART + RLENGTH)
        }
        print done $0
      }'
}

# The command and what follows it in README, up to the next line that is no part of it.
readme() {
  awk -v command="    $ $COMMAND" -v file="$1" '
    $0 == command {
      while ((getline line < file) > 0)
        print (line == "" ? "" : "    " line)
      inside = 1
    }
    inside && /^[^ ]/ { inside = 0; print "" }
    !inside' "$TREE/README.md"
}

work=$(realpath "$(mktemp -d)")
trap 'rm -rf "$work"' EXIT
mkdir "$work/sample"
cp "$TREE"/doc/sample/*.py "$work/sample"
to=${1:-$work/made}
mkdir -p "$to"
{
  printf '$ %s\n' "$COMMAND"
  in_sample "$COMMAND"
} | normalised >"$to/terminal.txt"
in_sample "${FILES//$'\n'/}" >/dev/null || [ $? -eq 66 ]
for name in junit.xml annotations.txt; do
  normalised <"$work/sample/$name" >"$to/$name"
done
readme "$to/terminal.txt" >"$to/README.md"
if [ $# -eq 0 ]; then
  cp "$to"/*.txt "$to"/*.xml "$TREE/doc/sample"
  cp "$to/README.md" "$TREE"
fi
