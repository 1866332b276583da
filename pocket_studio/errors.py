"""Every error that Pocket Studio raises on purpose.

Each message is one line, says what was wrong and, where there is one, the way out. The page, the
API and the command line print it as it is.

::

    PocketStudioError
    ├── InvalidInputError        (also a ValueError: a caller's mistake)
    │   ├── InvalidGrooveError   matrices of the wrong shape, range or type
    │   ├── InvalidPatternError  a template or a painted pattern out of its range
    │   ├── InvalidMidiError     a file that is not usable drum MIDI
    │   └── InvalidRequestError  anything else a browser or program sent
    ├── MissingPartError         a part that has to be installed or made first
    │   ├── SoundUnavailableError  no FluidSynth or no soundfont
    │   └── CacheMissingError      `prepare` has not been run
    ├── CheckpointError          weights that are absent, damaged or of another format
    ├── TrainingError            a training whose loss or score is no finite number any more
    ├── ArchiveError             the data set's archive could not be fetched or verified
    ├── DatabaseError            the listening test's answers could not be read or stored
    └── BusyError                too much is asked for at once
"""


class PocketStudioError(Exception):
    """Base of all errors raised on purpose."""


class InvalidInputError(PocketStudioError, ValueError):
    """The caller passed something unusable."""


class InvalidGrooveError(InvalidInputError):
    """Groove matrices of the wrong shape, range or type."""


class InvalidPatternError(InvalidInputError):
    """A template, velocity pattern or microtiming pattern out of its range."""


class InvalidMidiError(InvalidInputError):
    """A file that is not usable drum MIDI."""


class InvalidRequestError(InvalidInputError):
    """A request whose fields are missing, too large or of the wrong type."""


class MissingPartError(PocketStudioError):
    """A part that has to be installed or made first."""


class SoundUnavailableError(MissingPartError):
    """FluidSynth or a soundfont is missing."""


class CacheMissingError(MissingPartError):
    """The training cache has not been prepared."""


class CheckpointError(PocketStudioError):
    """Weights that are absent, damaged or of another format."""


class TrainingError(PocketStudioError):
    """A training whose loss or score is no finite number any more."""


class ArchiveError(PocketStudioError):
    """The data set's archive could not be downloaded, read or verified."""


class DatabaseError(PocketStudioError):
    """The file of the listening test's answers could not be used."""


class BusyError(PocketStudioError):
    """Too many requests wait, or another process has what is to be written."""
