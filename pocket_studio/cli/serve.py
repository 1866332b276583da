"""Serving the page: the model, the sound and gradio are loaded side by side."""

import os
import signal
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pocket_studio.cli.address import EVERY_HOST, free_port, lan_address
from pocket_studio.errors import SoundUnavailableError
from pocket_studio.places import DATA_DIR, SOUNDFONT_FOLDERS

if TYPE_CHECKING:
    from pocket_studio.server.service import EditorService

# Read when gradio is imported. It would make statistics, which nothing shows, of the last 10,000
# calls at every call.
GRADIO_ENVIRONMENT: Final = {
    "GRADIO_ANALYTICS_ENABLED": "False",
    "GRADIO_ANALYTICS_MAX_EVENTS": "1",
    "GRADIO_ANALYTICS_CACHE_FREQUENCY": str(10**9),
}

_SWITCH_S: Final = 0.0005


def serve(
    host: str,
    port: int | None,
    *,
    soundfont_folders: Iterable[Path] = SOUNDFONT_FOLDERS,
    data_dir: Path = DATA_DIR,
    allowed_hosts: Iterable[str] = (),
    lan: bool = False,
) -> None:
    """Serve the page until it is interrupted.

    Parameters
    ----------
    host : str
        An address of this machine.
    port : int, optional
        1..65535; the first free from 7860 if left out.
    soundfont_folders : iterable of Path
        Where users put soundfonts, best first.
    data_dir : Path
        Where the training cache is, and the listening test's answers are kept.
    allowed_hosts : iterable of str
        Further names by which browsers reach the studio, such as that of a proxy before it.
    lan : bool
        Whether to serve at all addresses of this machine instead of `host`, and print the one that
        others in its network can open.

    Raises
    ------
    CheckpointError
        If the model cannot be loaded.
    OSError
        If the page cannot be served at `host` and `port`, or this machine is in no network.
    """
    address = lan_address() if lan else None
    host = EVERY_HOST if lan else host
    port = free_port(host, port)
    lan_url = address and f"http://{address}:{port}/"
    if ":" in host:
        host = f"[{host.strip('[]')}]"  # as in the URL that gradio makes of it
    os.environ.pop("GRADIO_SERVER_NAME", None)  # gradio would look for free ports there
    # Told to stop, it ends as it does with Ctrl+C: its workshop with it, and nothing half done.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    # The model's thread needs the interpreter back some 15 times a groove: at once, not in 5 ms.
    sys.setswitchinterval(_SWITCH_S)
    for name, value in GRADIO_ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    with ThreadPoolExecutor(1) as pool:
        loading = pool.submit(load_service, soundfont_folders, data_dir)
        import gradio  # noqa: F401  takes seconds, so the model loads at the same time

        service = loading.result()
    from pocket_studio.server.calls import calls_of
    from pocket_studio.server.layout import build_page, launch_settings
    from pocket_studio.server.workshop import Workshop

    calls = calls_of(service, Workshop(soundfont_folders))
    space = os.getenv("SPACE_HOST")
    hosts = (host, *filter(None, [space]), *allowed_hosts)
    boot = service.boot()
    page = build_page({**boot, "lan_url": lan_url}, calls)
    model = boot["checkpoint_digest"]
    settings = launch_settings(
        calls, service.kits.route(), hosts, in_space=bool(space), model=model
    )
    if lan_url:
        _print_address(lan_url)
    try:
        page.launch(server_name=host, server_port=port, **settings)
    except OSError:
        raise OSError(
            f"nothing can be served at {host}:{port}; choose others with --host and --port"
        ) from None


def _print_address(url: str) -> None:
    import segno

    sys.stdout.write(f"Whoever is in this network can open and use the studio at {url}\n")
    blocks = "utf" in (sys.stdout.encoding or "").lower()
    segno.make_qr(url).terminal(border=2, compact=blocks)
    sys.stdout.flush()


def load_service(
    soundfont_folders: Iterable[Path] = SOUNDFONT_FOLDERS, data_dir: Path = DATA_DIR
) -> "EditorService":
    """Load the model and the sound, and play one groove so that the first visitor need not wait.

    Raises
    ------
    CheckpointError
        If the model cannot be loaded.
    """
    from pocket_studio.performance import Studio
    from pocket_studio.research.clips import fetch_clips, load_clips
    from pocket_studio.research.corpus import CACHE_PATH
    from pocket_studio.server.listening.store import DATABASE_PATH
    from pocket_studio.server.service import EditorService
    from pocket_studio.server.sound import SoundService
    from pocket_studio.server.worker import ModelWorker
    from pocket_studio.sound import SoundLibrary

    cache = data_dir / CACHE_PATH.name
    worker = ModelWorker()
    studio = worker.run(Studio.load)
    try:
        sound = SoundService(SoundLibrary(soundfont_folders))
    except SoundUnavailableError as error:
        sound = SoundService(None, str(error))
    service = EditorService(
        studio,
        sound,
        worker,
        partial(load_clips, cache),
        data_dir / DATABASE_PATH.name,
        partial(fetch_clips, cache),
    )
    service.warm_up()
    return service
