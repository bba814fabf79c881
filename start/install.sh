#!/bin/sh
# Sets up .venv from the locks, by hash: `start/install.sh runtime|dev`. Called by make, from the root.
# pip brings uv, pinned like the rest, and uv installs; where uv can't run, pip does it all. Both show what they do.
# Then comes this project itself, as a link to the clone: it brings the command `guicheng`. Last, all of it is compiled:
# or each process of each start does so, where PYTHONDONTWRITEBYTECODE is set or another user owns the files.
set -eu

what=$1
case $what in
    runtime) lock=requirements.txt ;;
    dev) lock=requirements-dev.txt ;;
    *) echo "Say 'runtime' or 'dev', not '$what'." >&2; exit 2 ;;
esac

is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

# An environment whose making was cut short has a Python, but no pip.
is_whole() { is_new_enough .venv/bin/python && .venv/bin/python -m pip --version >/dev/null 2>&1; }

if ! is_whole; then
    if [ -n "${PYTHON:-}" ] && ! is_new_enough "$PYTHON"; then
        echo "PYTHON=$PYTHON is no Python 3.11 or newer; looking for another." >&2
    fi
    found=
    for candidate in ${PYTHON:-} python3.13 python3.12 python3.11 python3; do
        if is_new_enough "$candidate"; then found=$candidate; break; fi
    done
    if [ -z "$found" ]; then
        echo "Guicheng needs Python 3.11 or newer, and none is on the PATH. Install one, or name it: make run PYTHON=/path/to/python3.12" >&2
        exit 1
    fi
    echo "Making the virtual environment .venv with $("$found" --version) ($found)"
    rm -rf .venv
    if ! "$found" -m venv .venv; then
        rm -rf .venv
        echo "$found can't make a virtual environment. On Debian and Ubuntu, install the package python3-venv." >&2
        exit 1
    fi
fi

echo "Installing what $lock lists. The first time this takes a minute or more; what is there already is kept."
if ! .venv/bin/uv --version >/dev/null 2>&1; then
    # uv's own entry in the lock: from its name to the comment that says who asked for it
    sed -n '/^uv==/,/# via/p' requirements-dev.txt >.venv/uv.txt
    .venv/bin/python -m pip install --disable-pip-version-check --require-hashes -r .venv/uv.txt || true
fi

# uv reads pip's settings only if they are handed on.
pip_setting() { .venv/bin/python -m pip config get "global.$1" 2>/dev/null || true; }
index=${UV_DEFAULT_INDEX:-${UV_INDEX_URL:-${PIP_INDEX_URL:-$(pip_setting index-url)}}}
extra=${UV_INDEX:-${UV_EXTRA_INDEX_URL:-${PIP_EXTRA_INDEX_URL:-$(pip_setting extra-index-url)}}}
links=${UV_FIND_LINKS:-${PIP_FIND_LINKS:-$(pip_setting find-links)}}
cert=${SSL_CERT_FILE:-${PIP_CERT:-$(pip_setting cert)}}

# Nothing is fetched for this: what builds the project is installed by then, and so is all that it needs.
project="--no-build-isolation --no-deps --editable ."

with_uv() {
    [ -z "$index" ] || export UV_DEFAULT_INDEX="$index"
    [ -z "$extra" ] || export UV_INDEX="$extra"
    [ -z "$links" ] || export UV_FIND_LINKS="$(echo "$links" | tr ' ' ',')"
    [ -z "$cert" ] || export SSL_CERT_FILE="$cert"
    export UV_HTTP_TIMEOUT="${UV_HTTP_TIMEOUT:-${PIP_DEFAULT_TIMEOUT:-60}}"
    uv=".venv/bin/uv pip"
    if [ "$what" = dev ]; then
        $uv sync --python .venv/bin/python --require-hashes "$lock"
    else
        $uv install --python .venv/bin/python --require-hashes -r "$lock"
    fi && $uv install --python .venv/bin/python --offline $project
}

with_pip() {
    pip=".venv/bin/python -m pip install --disable-pip-version-check"
    $pip --require-hashes -r "$lock" && $pip $project
}

# in a shell of its own: pip's settings must not become uv's for what comes later
if ! (with_uv); then
    echo "uv could not install; pip tries." >&2
    with_pip
fi

echo "Compiling."
# Packages may bring files that aren't for this Python: a file that can't be compiled is no fault of the installation.
.venv/bin/python -m compileall -q -j 0 .venv/lib activities api cases demo models settings start stores workflows worker.py \
    >/dev/null 2>&1 || true

touch .venv/.runtime
[ "$what" = runtime ] || touch .venv/.dev
