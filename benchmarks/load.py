"""What the studio does when more is asked of it than it can do.

Usage: python -m benchmarks.load [seconds [part of a load's name]]

The server runs in a process of its own; this one is all of its clients, on the same machine. A
client asks once a second, or as soon as its last answer has come. Printed for each load and each
kind of work: how many were answered, told that the studio is busy, or lost (anything else); the
wait for an answer and for the page; and how long after the last client had left the server still
worked. A client that leaves closes its connection with its last request on the way.
"""

import asyncio
import base64
import itertools
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx
import numpy as np

from benchmarks.editor_latency import HOST, SKETCH, free_port, running_app
from benchmarks.machine import describe_machine

TIMEOUT_S: Final = 60.0
KEPT_S: Final = 2.0
PAGE_EVERY_S: Final = 0.5
QUIET_SHARE: Final = 0.1
QUIET_STEP_S: Final = 0.2

# How many clients of each kind ask at once.
LOADS: Final[Mapping[str, Mapping[str, int]]] = {
    "20 edit": {"groove": 20},
    "50 edit": {"groove": 50},
    "100 edit": {"groove": 100},
    "200 edit": {"groove": 200},
    "20 edit, 45 export songs": {"groove": 20, "export": 45},
    "20 edit, 45 export pictures": {"groove": 20, "picture": 45},
    "20 edit, 45 read MIDI of 512 KB": {"groove": 20, "read_midi": 45},
    "20 edit, 20 come to listen": {"groove": 20, "kit": 20, "sounds": 20},
    "20 edit, 20 programs render": {"groove": 20, "render": 20},
}


@dataclass
class Seen:
    """What the clients of one kind saw: the wait of each answer in ms, and what the others got."""

    waits_ms: list[float] = field(default_factory=list)
    others: Counter[str] = field(default_factory=Counter)


def large_midi() -> str:
    """Return a MIDI file of 512 KB, full of hits, as base64."""
    events = bytearray()
    while len(events) < 2**19 - 64:
        events += bytes([0x0A, 0x99, (36, 38, 42)[len(events) % 3], 100])
    events += b"\x00\xff\x2f\x00"
    head = b"MThd" + (6).to_bytes(4) + bytes([0, 0, 0, 1, 1, 224])
    return base64.b64encode(head + b"MTrk" + len(events).to_bytes(4) + events).decode()


async def requests(client: httpx.AsyncClient) -> dict[str, Callable[[], httpx.Request]]:
    """Return what makes the next request of each kind."""
    answer = await client.post("/api/groove", json={"template": SKETCH})
    groove = answer.json()["groove"]
    sounds = itertools.cycle(sounds_of((await client.post("/api/kit", json={})).json()))
    sections = [{"groove": groove, "repeats": 8} for _ in range(7)]
    midi = large_midi()
    seeds = itertools.count()

    def post(call: str, data: Any) -> httpx.Request:
        return client.build_request("POST", f"/api/{call}", json=data)

    picture = {"kind": "png", "groove": groove, "template": SKETCH}
    return {
        "groove": lambda: post("groove", {"template": SKETCH, "seed": next(seeds)}),
        "kit": lambda: post("kit", {}),
        "sounds": lambda: client.build_request("GET", next(sounds)),
        "render": lambda: post("render", {"groove": groove}),
        "export": lambda: post("export", {"kind": "wav", "sections": sections}),
        "picture": lambda: post("export", picture),
        "read_midi": lambda: post("read_midi", {"content": midi, "name": "large.mid"}),
    }


def sounds_of(kit: Any) -> list[str]:
    """Return the addresses of all sounds of a kit, an answer of `kit`."""
    names = {
        f"{voice['pitch']}-{velocity}"
        for voice in kit["voices"].values()
        for velocity in voice["sounds"]
    }
    return [f"/{kit['base']}/{name}.wav" for name in sorted(names)]


async def ask(client: httpx.AsyncClient, request: httpx.Request, seen: Seen) -> None:
    """Ask once and note what came."""
    started = time.perf_counter()
    try:
        response = await client.send(request)
        is_sound = response.headers.get("content-type") == "audio/wav"
        answer = {} if is_sound else json.loads(response.content)
    except (httpx.HTTPError, ValueError) as error:
        seen.others[f"lost: {type(error).__name__}"] += 1
        return
    if response.status_code == httpx.codes.OK:
        seen.waits_ms.append(1000 * (time.perf_counter() - started))
    elif "busy" in answer.get("error", ""):
        seen.others["busy"] += 1
    else:
        seen.others[f"lost: {response.status_code}"] += 1


async def every(
    seconds: float, phase: float, until: float, act: Callable[[], Awaitable[None]]
) -> None:
    """Act once in `seconds`, or as soon as the last time is over, until the clock says `until`.

    The first time is `phase` (0..1) of `seconds` from now, so that not all clients ask at once.
    """
    due = time.perf_counter() + seconds * phase
    while due < until:
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        await act()
        due = max(due + seconds, time.perf_counter())


async def load(port: int, pid: int, kinds: Mapping[str, int], seconds: float) -> None:
    """Let the clients ask for `seconds`, leave, and print what they saw."""
    # An idle connection is given up before the server, after 5 s, gives it up.
    limits = httpx.Limits(
        max_connections=None, max_keepalive_connections=None, keepalive_expiry=KEPT_S
    )
    base = f"http://{HOST}:{port}"
    seen = {kind: Seen() for kind in (*kinds, "page")}
    async with httpx.AsyncClient(base_url=base, limits=limits, timeout=TIMEOUT_S) as client:
        makers = await requests(client)
        until = time.perf_counter() + seconds

        async def look() -> None:
            started = time.perf_counter()
            await client.get("/")
            seen["page"].waits_ms.append(1000 * (time.perf_counter() - started))

        def asking(kind: str) -> Callable[[], Awaitable[None]]:
            return lambda: ask(client, makers[kind](), seen[kind])

        clients = [
            asyncio.create_task(every(1.0, number / n, until, asking(kind)))
            for kind, n in kinds.items()
            for number in range(n)
        ]
        clients.append(asyncio.create_task(every(PAGE_EVERY_S, 0.5, until, look)))
        before = cpu_seconds(pid)
        await asyncio.sleep(seconds)
        cores = (cpu_seconds(pid) - before) / seconds
        on_the_way = [task for task in clients if not task.done()]
        for task in on_the_way:
            task.cancel()
        await asyncio.gather(*clients, return_exceptions=True)
    quiet_s = await until_quiet(pid)
    for kind, got in seen.items():
        waits = got.waits_ms or [float("nan")]
        p50, p95, most = np.percentile(waits, [50, 95, 100])
        lost = sum(n for name, n in got.others.items() if name != "busy")
        row = f"  {kind:<12}{len(got.waits_ms):9}{got.others['busy']:7}{lost:6}"
        print(f"{row}{p50:9.0f}{p95:9.0f}{most:9.0f}")
        for name, n in got.others.items():
            if name != "busy":
                print(f"    {name}: {n}")
    print(f"  {cores:.2f} cores, quiet after {quiet_s:.1f} s")


def cpu_seconds(pid: int) -> float:
    """Return the processor time that a process has used; on Linux only."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def until_quiet(pid: int) -> float:
    """Return how long the server goes on to use more than a tenth of a core."""
    started = time.perf_counter()
    while time.perf_counter() - started < TIMEOUT_S:
        before, then = cpu_seconds(pid), time.perf_counter()
        await asyncio.sleep(QUIET_STEP_S)
        if cpu_seconds(pid) - before < QUIET_SHARE * (time.perf_counter() - then):
            return then - started
    return TIMEOUT_S


def main() -> None:
    """Print the table."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 20.0
    only = sys.argv[2] if len(sys.argv) > 2 else ""
    print(f"{describe_machine()}, load {os.getloadavg()[0]:.1f}, {seconds:g} s each")
    print(f"  {'':<12}{'answered':>9}{'busy':>7}{'lost':>6}{'p50 ms':>9}{'p95 ms':>9}{'most':>9}")
    port = free_port()
    with running_app(port) as app:
        for name, kinds in LOADS.items():
            if only in name:
                print(name)
                asyncio.run(load(port, app.pid, kinds, seconds))


if __name__ == "__main__":
    main()
