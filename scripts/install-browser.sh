#!/bin/sh
# Installs a Chromium for the browser tests where there is none: Debian's own, else Playwright's.
set -eu
cd "$(dirname "$0")/.."
. scripts/privileges.sh

if command -v chromium >/dev/null; then exit 0; fi
# Ubuntu's chromium packages only start a snap, which does not run in containers.
if command -v apt-get >/dev/null && ! grep -qi ubuntu /etc/os-release; then
    install_or_say "Chromium" "chromium" ""
elif [ "$(uname)" = Linux ] && can_install; then
    as_root .venv/bin/playwright install-deps chromium
    .venv/bin/playwright install chromium
else
    .venv/bin/playwright install chromium
fi
