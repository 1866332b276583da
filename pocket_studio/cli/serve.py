"""`python app.py`: load the model, the sound and gradio side by side, then serve the page."""

import argparse
import os
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

from pocket_studio.errors import PocketStudioError, SoundUnavailableError

if TYPE_CHECKING:
    from pocket_studio.server.service import EditorService

DEFAULT_PORT: Final = 7860


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve the studio until it is interrupted; a failure exits with one line."""
    parser = argparse.ArgumentParser(prog="app.py", description="Serve Pocket Studio.")
    parser.add_argument("--host", help="address (default: $GRADIO_SERVER_NAME or 127.0.0.1)")
    parser.add_argument("--port", type=int, help=f"default: the first free from {DEFAULT_PORT}")
    options = parser.parse_args(arguments)
    # Both are read when the libraries are first imported: one thread for the small network (two
    # contend), and no telemetry.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    try:
        serve(options.host, options.port)
    except (PocketStudioError, OSError) as error:
        sys.exit(f"{parser.prog}: {error}")


def serve(host: str | None, port: int | None) -> None:
    """Serve the page at `host` and `port` (None: gradio's environment variables or defaults)."""
    with ThreadPoolExecutor(1) as pool:
        loading = pool.submit(load_service)
        import gradio  # noqa: F401  takes seconds, so the model loads at the same time

        service = loading.result()
    from pocket_studio.server.layout import build_page, launch_settings

    page = build_page(service)
    page.launch(server_name=host, server_port=port, **launch_settings())


def load_service() -> "EditorService":
    """Load the model and the sound, and play one groove so that the first visitor need not wait.

    Raises
    ------
    CheckpointError
        If the model cannot be loaded.
    """
    from pocket_studio.performance import Studio
    from pocket_studio.research.clips import load_clips
    from pocket_studio.server.service import EditorService
    from pocket_studio.server.sound import SoundService
    from pocket_studio.server.worker import ModelWorker
    from pocket_studio.sound import SoundLibrary

    worker = ModelWorker()
    studio = worker.run(Studio.load)
    try:
        sound = SoundService(SoundLibrary())
    except SoundUnavailableError as error:
        sound = SoundService(None, str(error))
    service = EditorService(studio, sound, worker, load_clips)
    service.warm_up()
    return service
