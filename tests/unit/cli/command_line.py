"""Running the command line where it fails."""

import pytest

from pocket_studio.cli.main import main


def error_of(capsys, *arguments):
    """Run a command that fails with exit code 1; return its one line on stderr."""
    capsys.readouterr()  # what was said before
    assert main([str(argument) for argument in arguments]) == 1
    captured = capsys.readouterr()
    lines = captured.err.strip().splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("error: ")
    return lines[0]


def refused(capsys, *arguments):
    """Run a command whose arguments argparse refuses; return what it says."""
    with pytest.raises(SystemExit) as exited:
        main([str(argument) for argument in arguments])
    assert exited.value.code == 2
    return capsys.readouterr().err
