"""One thread for the model."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

_Result = TypeVar("_Result")


class ModelWorker:
    """Runs the model's calls one after another on one thread.

    A small network on one thread is faster than many threads that contend for two cores. How many
    may wait is bounded before it (`server.line`).
    """

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="pocket-model")

    def run(self, call: Callable[[], _Result]) -> _Result:
        """Return `call()`, made on the model's thread; what it raises is raised here."""
        return self._thread.submit(call).result()
