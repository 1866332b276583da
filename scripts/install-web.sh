#!/bin/sh
# Installs the tools that check the page's modules, once for each package-lock.json.
set -eu
cd "$(dirname "$0")/.."

# npm writes this copy of the lock last.
if [ package-lock.json -ot node_modules/.package-lock.json ]; then exit 0; fi
PATH="$PWD/.venv/bin:$PATH" npm ci --no-audit --no-fund --loglevel=error
