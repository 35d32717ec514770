# SPDX-License-Identifier: MIT
# Sourced by demo.sh and test.sh: Debian's packages by name, and installing those that are missing.
# shellcheck shell=bash disable=SC2034

PACKAGES_BUILD="autoconf autoconf-archive automake gcc libc6-dev libdw-dev libelf-dev libinih-dev
  libjansson-dev libprotobuf-c-dev libtool make pkg-config protobuf-c-compiler"
PACKAGES_DEMO="python3-minimal libpython3-stdlib"
PACKAGES_TEST="apache2 bats chromium chromium-driver curl ffmpeg g++ gdb git graphviz gunicorn
  libapache2-mod-wsgi-py3 libcap2-bin libcmocka-dev libpython3-dev libpython3.11-testsuite man-db
  mandoc memcached mercurial musl-tools protobuf-compiler python3 python3-django python3-flask
  python3-jsonschema python3-junitparser python3-numpy python3-pip python3-venv shellcheck strace
  util-linux vim-nox xz-utils"

PACKAGES_REAL="apache2 apache2-utils curl ffmpeg gcc gdb git gstreamer1.0-plugins-base
  gstreamer1.0-tools gunicorn libopenblas0-pthread make mariadb-client mariadb-server memcached
  mercurial nginx openssl p7zip-full pbzip2 pigz postgresql python3 python3-celery python3-django
  python3-flask python3-numpy qml-module-qtquick2 qmlscene redis-server redis-tools stress-ng
  util-linux xauth xvfb xz-utils zenity zstd"

# install_missing PACKAGE...: as root, installs; otherwise names what has to be installed.
install_missing() {
  local package missing=()
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
      missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  if [ "$(id -u)" -ne 0 ]; then
    echo "missing packages: ${missing[*]}; install them, or run this as root" >&2
    return 1
  fi
  echo "installing: ${missing[*]}"
  apt-get update -q >/dev/null
  DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends "${missing[@]}" \
    >/dev/null
}

# install_sarif_multitool FOLDER: Microsoft's validator of SARIF reports, by npm, which Debian has, too.
# Later versions may demand more, so this one; its file is no program where npm runs no scripts.
install_sarif_multitool() {
  local tool=node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool
  [ ! -x "$1/$tool" ] || return 0
  command -v npm >/dev/null || install_missing npm || return
  mkdir -p "$1"
  npm install --prefix "$1" --no-save --no-package-lock --no-audit --no-fund --loglevel=error \
    @microsoft/sarif-multitool@5.7.0 >/dev/null && chmod +x "$1/$tool"
}

# install_speedscope FOLDER: the viewer of profiles, by npm. The folder is its own: npm would remove
# what else it finds there.
install_speedscope() {
  [ ! -e "$1/node_modules/speedscope" ] || return 0
  command -v npm >/dev/null || install_missing npm || return
  mkdir -p "$1"
  npm install --prefix "$1" --no-save --no-package-lock --no-audit --no-fund --ignore-scripts \
    --loglevel=error speedscope@1.25.0 >/dev/null
}
