#!/bin/sh
# Installs browsers for the browser tests where there are none: Chromium, Debian's own or else
# Playwright's, and Debian's Firefox and WebKit, without which their tests are skipped.
set -eu
cd "$(dirname "$0")/.."
. scripts/privileges.sh

is_debian() { command -v apt-get >/dev/null && ! grep -qi ubuntu /etc/os-release; }

if is_debian; then
    # Ubuntu's packages only start a snap, which does not run in containers.
    command -v firefox-esr >/dev/null || install_or_say "Firefox" "firefox-esr" ""
    command -v WebKitWebDriver >/dev/null || install_or_say "WebKit" "webkit2gtk-driver xvfb" ""
fi
if command -v chromium >/dev/null; then exit 0; fi
if is_debian; then
    install_or_say "Chromium" "chromium" ""
elif [ "$(uname)" = Linux ] && can_install; then
    as_root .venv/bin/playwright install-deps chromium
    .venv/bin/playwright install chromium
else
    .venv/bin/playwright install chromium
fi
