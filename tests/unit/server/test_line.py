"""A line: who works, who waits, who is told that it is busy and who is not worked for."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from pocket_studio.errors import BusyError
from pocket_studio.server.line import GoneError, Line


def run(scene):
    """Run a scene in a thread of its own: where a browser is open this one has a loop already."""
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(asyncio.run, scene).result()


LONG_S = 20


class Gate:
    """Work that goes on until it is let go, and counts how many are at it at once."""

    def __init__(self):
        self.open = threading.Event()
        self.at_work = self.most = self.done = 0
        self._lock = threading.Lock()

    def work(self):
        with self._lock:
            self.at_work += 1
            self.most = max(self.most, self.at_work)
        assert self.open.wait(LONG_S)
        with self._lock:
            self.at_work -= 1
            self.done += 1
        return self.done


async def until(condition):
    async with asyncio.timeout(LONG_S):
        while not condition():
            await asyncio.sleep(0.001)


def test_few_work_few_wait_the_rest_is_told_at_once_and_nothing_taken_is_lost():
    gate = Gate()

    async def scene():
        line = Line("test", at_once=2, waiting=3)
        taken = [asyncio.create_task(line.run(gate.work)) for _ in range(5)]
        await until(lambda: line.n_taken == 5)
        for _ in range(3):
            with pytest.raises(BusyError, match=r"^the studio is busy, try again$"):
                await line.run(gate.work)
        gate.open.set()
        answers = await asyncio.gather(*taken)
        assert line.n_taken == 0
        assert await line.run(lambda: "free again") == "free again"
        return answers

    assert sorted(run(scene())) == [1, 2, 3, 4, 5]
    assert gate.most == 2


def test_it_is_first_come_first_served():
    order = []

    async def scene():
        line = Line("test", at_once=1, waiting=9)
        calls = [asyncio.create_task(line.run(lambda n=n: order.append(n))) for n in range(10)]
        await asyncio.gather(*calls)

    run(scene())
    assert order == list(range(10))


def test_what_is_raised_reaches_whoever_asked_and_the_place_is_free_again():
    async def scene():
        line = Line("test", at_once=1, waiting=0)
        for _ in range(3):
            with pytest.raises(ZeroDivisionError):
                await line.run(lambda: 1 / 0)
        assert line.n_taken == 0

    run(scene())


def test_who_has_waited_too_long_is_told_busy_and_not_worked_for():
    gate, late = Gate(), []

    async def scene():
        line = Line("test", at_once=1, waiting=1, patience_s=0.05)
        first = asyncio.create_task(line.run(gate.work))
        await until(lambda: gate.at_work == 1)
        second = asyncio.create_task(line.run(lambda: late.append(1)))
        await asyncio.sleep(0.1)
        gate.open.set()
        with pytest.raises(BusyError):
            await second
        return await first

    assert run(scene()) == 1
    assert late == []


def test_who_has_gone_is_not_worked_for():
    gate, worked = Gate(), []

    async def yes():
        return True

    async def no():
        return False

    async def scene():
        line = Line("test", at_once=1, waiting=2)
        first = asyncio.create_task(line.run(gate.work, yes if worked else no))
        await until(lambda: gate.at_work == 1)
        gone = asyncio.create_task(line.run(lambda: worked.append("gone"), yes))
        here = asyncio.create_task(line.run(lambda: worked.append("here"), no))
        gate.open.set()
        with pytest.raises(GoneError):
            await gone
        await asyncio.gather(first, here)

    run(scene())
    assert worked == ["here"]


def test_a_call_that_is_cancelled_keeps_its_turn_until_its_thread_is_done():
    gate = Gate()

    async def scene():
        line = Line("test", at_once=1, waiting=1)
        first = asyncio.create_task(line.run(gate.work))
        await until(lambda: gate.at_work == 1)
        first.cancel()
        second = asyncio.create_task(line.run(lambda: gate.at_work))
        await asyncio.sleep(0.02)
        assert line.n_taken == 2
        gate.open.set()
        with pytest.raises(asyncio.CancelledError):
            await first
        assert await second == 0

    run(scene())
    assert gate.most == 1
