"""`python -m pocket_studio`: the command line."""

import sys

from pocket_studio.cli.main import main

if __name__ == "__main__":
    sys.exit(main(program="python -m pocket_studio"))
