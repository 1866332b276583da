"""The model thread: order, errors, and a clear answer when it is full."""

import threading
import time

import pytest

from pocket_studio.errors import BusyError
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


def test_a_full_queue_is_refused_and_what_waits_is_not_lost():
    worker = ModelWorker(max_waiting=2)
    gate, started = threading.Event(), threading.Event()

    def block():
        started.set()
        return gate.wait(timeout=10)

    answers = []
    callers = [threading.Thread(target=lambda: answers.append(worker.run(block)))]
    callers[0].start()
    assert started.wait(timeout=10)
    for number in range(2):
        caller = threading.Thread(target=lambda n=number: answers.append(worker.run(lambda: n)))
        caller.start()
        callers.append(caller)
    deadline = time.monotonic() + 10
    while worker.n_waiting < 2 and time.monotonic() < deadline:
        time.sleep(0.005)
    with pytest.raises(BusyError, match="the studio is busy, try again"):
        worker.run(lambda: None)
    gate.set()
    for caller in callers:
        caller.join(timeout=10)
    assert sorted(answers) == [0, 1, True]
