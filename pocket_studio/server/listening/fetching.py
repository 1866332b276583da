"""The data set fetched from the page: one at a time, in the background, to be cancelled."""

import logging
import threading
from collections.abc import Callable

from pocket_studio.errors import PocketStudioError
from pocket_studio.schema.words import Json
from pocket_studio.server.call import UNEXPECTED

logger = logging.getLogger(__name__)

Report = Callable[[float | None], None]
"""Told the share that has come, 0..1, and None while the rest is done; it raises to end it."""


class _CancelledError(Exception):
    pass


class Fetching:
    """A fetch that may be started, looked at and cancelled from any thread.

    Parameters
    ----------
    fetch : function
        Fetches and prepares the data set; calls its argument often.
    """

    def __init__(self, fetch: Callable[[Report], None]) -> None:
        self._fetch = fetch
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._cancelled = threading.Event()
        self._share: float | None = 0.0
        self._error = ""

    def start(self) -> None:
        """Start, unless it is at work."""
        with self._lock:
            if self._running():
                return
            self._cancelled.clear()
            self._share, self._error = 0.0, ""
            self._thread = threading.Thread(target=self._run, name="fetching", daemon=True)
            self._thread.start()

    def cancel(self) -> None:
        """Ask it to end; what has come until then is thrown away."""
        self._cancelled.set()

    def state(self) -> Json:
        """Return `{running, cancelled, share, error}`; a share of None: it is being prepared."""
        with self._lock:
            return {
                "running": self._running(),
                "cancelled": self._cancelled.is_set(),
                "share": self._share,
                "error": self._error,
            }

    def _running(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def _report(self, share: float | None) -> None:
        if self._cancelled.is_set():
            raise _CancelledError
        self._share = share

    def _run(self) -> None:
        try:
            self._fetch(self._report)
        except _CancelledError:
            pass
        except PocketStudioError as error:
            self._error = str(error)
        except Exception:
            logger.exception("fetching the data set failed")
            self._error = UNEXPECTED
