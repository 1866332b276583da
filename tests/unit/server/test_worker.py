"""The model thread: one, and errors come back from it."""

import threading

import pytest

from pocket_studio.server.worker import ModelWorker


def test_a_call_runs_on_the_workers_one_thread():
    worker = ModelWorker()
    threads = {worker.run(threading.get_ident) for _ in range(3)}
    assert len(threads) == 1
    assert threading.get_ident() not in threads


def test_what_a_call_raises_reaches_the_caller_and_the_worker_lives_on():
    worker = ModelWorker()

    def fail():
        raise ValueError("as expected")

    with pytest.raises(ValueError, match="as expected"):
        worker.run(fail)
    assert worker.run(lambda: 7) == 7
