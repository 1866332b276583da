"""One thread for the model, behind a bounded queue."""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Final, TypeVar

from pocket_studio.errors import BusyError

MAX_WAITING: Final = 64

_Result = TypeVar("_Result")


class ModelWorker:
    """Runs the model's calls one after another on one thread.

    A small network on one thread is faster than many threads that contend for two cores, and a
    bounded queue turns overload into a clear answer in place of an endless wait.

    Parameters
    ----------
    max_waiting : int
        Calls that may wait; one more raises BusyError.
    """

    def __init__(self, max_waiting: int = MAX_WAITING) -> None:
        self._calls: queue.Queue[tuple[Callable[[], Any], Future[Any]]] = queue.Queue(max_waiting)
        threading.Thread(target=self._work, name="pocket-model", daemon=True).start()

    @property
    def n_waiting(self) -> int:
        """Number of calls that wait for the model."""
        return self._calls.qsize()

    def run(self, call: Callable[[], _Result]) -> _Result:
        """Return `call()`, made on the model's thread; what it raises is raised here.

        Raises
        ------
        BusyError
            If too many calls are waiting.
        """
        future: Future[_Result] = Future()
        try:
            self._calls.put_nowait((call, future))
        except queue.Full:
            raise BusyError("the studio is busy, try again") from None
        return future.result()

    def _work(self) -> None:
        while True:
            call, future = self._calls.get()
            try:
                future.set_result(call())
            except BaseException as error:  # handed to whoever waits, not swallowed
                future.set_exception(error)
