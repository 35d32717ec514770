# SPDX-License-Identifier: MIT
"""A stream for `git fast-import`.

    python3 history.py COMMITS FILES
"""

import sys


def blob(file, version):
    lines = [f"file {file} line {n} {'changed' if (n + version) % 37 == 0 else 'as it was'} "
             f"{version * n % 7919}" for n in range(30 + file % 40)]
    return "\n".join(lines) + "\n"


def commit(number, files):
    message = f"commit {number}\n"
    yield f"commit refs/heads/main\ncommitter A <a@example.org> {1600000000 + number} +0000\n"
    yield f"data {len(message)}\n{message}"
    # The first commit makes all files, each later one changes some.
    for file in range(files) if number == 0 else range(number % 31, files, 31):
        content = blob(file, number)
        yield f"M 644 inline folder{file % 40}/file{file}\ndata {len(content)}\n{content}"


def main():
    commits, files = int(sys.argv[1]), int(sys.argv[2])
    for number in range(commits):
        sys.stdout.writelines(commit(number, files))


if __name__ == "__main__":
    main()
