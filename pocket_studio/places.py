"""Where files lie: in a checkout, or when the studio is installed.

=================  ==========================  =====================================
what               in a checkout               installed
=================  ==========================  =====================================
weights            ``checkpoints/``            ``checkpoints/`` inside the package
soundfonts         ``assets/soundfonts/``,     the user's
                   then the user's
cache and answers  ``data/``                   the user's data folder
=================  ==========================  =====================================

The user's data folder is ``~/.local/share/pocket-studio`` on Linux ($XDG_DATA_HOME is heard) and
``~/Library/Application Support/pocket-studio`` on macOS; the user's soundfonts are in its
``soundfonts/``. ``--data DIR`` of the commands keeps cache and answers in another folder; none of
this depends on the current one.
"""

from pathlib import Path
from typing import Final

from platformdirs import user_data_path

_PACKAGE: Final = Path(__file__).resolve().parent
_INSTALLED: Final = (_PACKAGE / "checkpoints").is_dir()  # the wheel puts them there
_TOP: Final = _PACKAGE if _INSTALLED else _PACKAGE.parent
_USERS: Final = user_data_path("pocket-studio", appauthor=False)

CHECKPOINT_DIR: Final = _TOP / "checkpoints"
DATA_DIR: Final = _USERS if _INSTALLED else _TOP / "data"
SOUNDFONT_FOLDERS: Final = (
    *(() if _INSTALLED else (_TOP / "assets" / "soundfonts",)),
    _USERS / "soundfonts",
)
