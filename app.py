"""Serves Pocket Studio's page: `python app.py [--host ADDRESS] [--port PORT]`."""

import sys

from pocket_studio.cli.main import main

if __name__ == "__main__":
    sys.exit(main(["serve", *sys.argv[1:]]))
