"""Serves Pocket Studio's page: `python app.py [--host ADDRESS] [--port PORT]`."""

from pocket_studio.cli.serve import main

if __name__ == "__main__":
    main()
