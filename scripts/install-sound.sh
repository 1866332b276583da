#!/bin/sh
# Installs FluidSynth (library and program) and the FluidR3 soundfont where they are missing.
set -eu
cd "$(dirname "$0")/.."
. scripts/privileges.sh

has_soundfont() {
    for font in assets/soundfonts/*.sf[23] \
        /usr/share/sounds/sf2/FluidR3_GM.sf2 /usr/share/soundfonts/FluidR3_GM.sf2 \
        /usr/local/share/soundfonts/FluidR3_GM.sf2 /opt/homebrew/share/soundfonts/FluidR3_GM.sf2; do
        [ -e "$font" ] && return 0
    done
    # Homebrew has no FluidR3; the small font inside pretty_midi serves there.
    command -v brew >/dev/null
}

if ! command -v fluidsynth >/dev/null; then
    # The program's package brings the library of its release (libfluidsynth2 or 3).
    install_or_say "FluidSynth" "fluidsynth fluid-soundfont-gm" "fluid-synth"
elif ! has_soundfont; then
    install_or_say "The FluidR3 soundfont" "fluid-soundfont-gm" ""
fi
