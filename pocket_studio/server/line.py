"""Lines for work: few at once, few who wait, and everyone else is told at once that it is busy.

A server that takes all there is answers nobody. So what may wait is bounded for each kind of work,
and takes none of the threads that serve the page; who has waited too long is told so, and whoever
has gone is not worked for.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from pocket_studio.errors import BusyError

PATIENCE_S: Final = 10.0
BUSY: Final = "the studio is busy, try again"

_Result = TypeVar("_Result")


class GoneError(Exception):
    """Whoever asked is no longer there to be answered."""


class Line:
    """Does work of one kind in threads of its own, first come, first served.

    All of it but the work itself runs on one event loop, so nothing needs a lock.

    Parameters
    ----------
    name : str
        What the threads are called.
    at_once : int
        How many calls are worked on at the same time.
    waiting : int
        How many more may wait.
    patience_s : float
        After how many seconds of waiting a call is answered busy instead of worked on: whoever
        asked has most likely given up.
    """

    def __init__(
        self, name: str, at_once: int, waiting: int, patience_s: float = PATIENCE_S
    ) -> None:
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix=f"pocket-{name}")
        self._turns = asyncio.Semaphore(at_once)
        self._most = at_once + waiting
        self._patience_s = patience_s
        self._taken = 0

    @property
    def n_taken(self) -> int:
        """Number of calls that are worked on or wait."""
        return self._taken

    @property
    def is_full(self) -> bool:
        """Whether whoever comes now is told that the studio is busy."""
        return self._taken >= self._most

    async def run(
        self, call: Callable[[], _Result], is_gone: Callable[[], Awaitable[bool]] | None = None
    ) -> _Result:
        """Return `call()`, made in a thread when its turn comes; what it raises is raised here.

        Parameters
        ----------
        call : function
        is_gone : async function, optional
            Whether whoever asked has gone; asked when the turn comes.

        Raises
        ------
        BusyError
            If too many wait already, or this call has waited too long.
        GoneError
            If whoever asked has gone.
        """
        if self.is_full:
            raise BusyError(BUSY)
        self._taken += 1
        try:
            came = time.monotonic()
            async with self._turns:
                if time.monotonic() - came > self._patience_s:
                    raise BusyError(BUSY)
                if is_gone is not None and await is_gone():
                    raise GoneError
                # A thread cannot be stopped: it keeps its turn until it is done, whoever goes.
                work = asyncio.get_running_loop().run_in_executor(self._threads, call)
                return await _until_done(work)
        finally:
            self._taken -= 1


async def _until_done(work: "asyncio.Future[_Result]") -> _Result:
    """Return what `work` returns; if this task is cancelled meanwhile, wait for its end first."""
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        await asyncio.wait([work])
        raise
