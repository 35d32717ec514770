# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Where this machine has Debian's packages from: sourced by scripts that make chroots.

# The machine's own mirror, or nothing, which leaves the choice to debootstrap.
# The main archive is the one whose code name is a suite's (no -security etc.).
mirror() {
    command -v apt-get >/dev/null || return 0
    # shellcheck disable=SC2016 # apt expands these
    apt-get indextargets --format '$(ORIGIN) $(CODENAME) $(REPO_URI)' 'Created-By: Packages' |
        awk '$1 == "Debian" && $2 !~ /-/ && $3 ~ /^https?:/ && !found++ { print $3 }'
}
