# Sourced by the other scripts: may this user install system packages, and how?

can_install() {
    [ "$(id -u)" -eq 0 ] || sudo -n true 2>/dev/null
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi
}

apt_install() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get update &&
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"
}

# install_or_say WHAT APT_PACKAGES BREW_PACKAGES: installs where it may, else prints the command.
# Succeeds either way: what is missing costs sound or browser tests, not the rest.
install_or_say() {
    if command -v apt-get >/dev/null; then
        command="sudo apt-get update && sudo apt-get install -y $2"
        # shellcheck disable=SC2086  # the packages are a list
        if can_install && apt_install $2; then return 0; fi
    elif command -v brew >/dev/null && [ -n "$3" ]; then
        command="brew install $3"
        # shellcheck disable=SC2086
        if brew install $3; then return 0; fi
    else
        command="(with your package manager) $2"
    fi
    echo "$1 is missing and could not be installed. To have it, run:  $command" >&2
}
