#!/bin/sh
# Makes .venv and installs the given requirements files, each once: a stamp holds their checksum.
set -eu
cd "$(dirname "$0")/.."
. scripts/privileges.sh

find_python() {
    for python in python3.13 python3.12 python3.11 python3; do
        if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
            command -v "$python"
            return
        fi
    done
    return 1
}

works() {
    .venv/bin/python -m pip --version >/dev/null 2>&1
}

make_venv() {
    "$python" -m venv --clear .venv && works
}

if ! works; then
    if ! python=$(find_python); then
        echo "Pocket Studio needs Python 3.11 or newer (on Debian or Ubuntu: sudo apt-get install" \
            "python3 python3-venv; on macOS: brew install python@3.13)." >&2
        exit 1
    fi
    if ! make_venv; then
        # Debian splits the venv module off; its package is named after the Python's release.
        version=$("$python" -c 'import sys; print("python%d.%d" % sys.version_info[:2])')
        install_or_say "$version-venv" "$version-venv" ""
        make_venv || exit 1
    fi
fi

for file in "$@"; do
    stamp=".venv/$file.stamp"
    sum=$(cksum "$file")
    if [ "$(cat "$stamp" 2>/dev/null)" != "$sum" ]; then
        .venv/bin/python -m pip install --disable-pip-version-check -r "$file"
        echo "$sum" >"$stamp"
    fi
done
