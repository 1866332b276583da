"""Files that appear whole or not at all, written here or downloaded, and locks."""

import hashlib
import http.client
import os
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout
from tqdm import tqdm

from pocket_studio.errors import ArchiveError, BusyError

_TIMEOUT_S: Final = 60
_UMASK: Final = os.umask(0)  # it can only be read by setting it
os.umask(_UMASK)


@contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path` that replaces it if the block ends without an error.

    The folder is made when it is missing; links are followed; after an error nothing is left.

    Raises
    ------
    OSError
        If the folder cannot be written to, or `path` is there and not a file.
    """
    path = path.resolve()
    if path.exists() and not path.is_file():
        raise OSError(f"{path} is not a regular file")
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=path.suffix, dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(0o666 & ~_UMASK)  # mkstemp makes private files
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_atomically(path: Path, content: bytes | str) -> None:
    """Write `content` to `path` so that a reader sees the old file or the new one, never half."""
    with atomic_path(path) as temporary:
        temporary.write_bytes(content.encode() if isinstance(content, str) else content)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock file `path` while the block runs; it is free again if the process is killed.

    Raises
    ------
    BusyError
        If another process holds it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise BusyError(f"another run is at work: it holds {path}") from None
    try:
        yield
    finally:
        lock.release()


def download(
    url: str, path: Path, sha256: str, on_share: Callable[[float], None] | None = None
) -> None:
    """Download `url` to `path`; an interruption or a wrong hash leaves nothing there.

    Parameters
    ----------
    url, sha256 : str
    path : Path
    on_share : function, optional
        Told the share that has come, 0..1, in place of a bar on standard error; what it raises
        ends the download.

    Raises
    ------
    ArchiveError
        If the server cannot be reached, stops early or sends another file.
    """
    digest, n_bytes = hashlib.sha256(), 0
    try:
        with (
            urllib.request.urlopen(url, timeout=_TIMEOUT_S) as response,  # noqa: S310 - fixed URL
            atomic_path(path) as temporary,
            temporary.open("wb") as file,
            tqdm(
                total=int(response.headers.get("Content-Length") or 0) or None,
                unit="B",
                unit_scale=True,
                desc=path.name,
                disable=on_share is not None,
            ) as progress,
        ):
            while chunk := response.read(1 << 16):
                file.write(chunk)
                digest.update(chunk)
                progress.update(len(chunk))
                n_bytes += len(chunk)
                if on_share:
                    on_share(n_bytes / max(n_bytes, progress.total or 0))
            file.flush()
            if digest.hexdigest() != sha256:
                raise ArchiveError(f"{url} sent a file with the wrong SHA-256; nothing was kept")
    except (OSError, http.client.HTTPException) as error:
        if isinstance(error, urllib.error.HTTPError):
            error.close()  # it is a response too
        raise ArchiveError(
            f"cannot download {url} ({error}); fetch it yourself and pass --archive FILE"
        ) from None
