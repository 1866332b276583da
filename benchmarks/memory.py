"""Whether the server's memory stays flat under calls from ever new clients.

Usage: python -m benchmarks.memory [calls]

Each call is from a client of its own: those of the page, files that come and go, refused ones, and
gradio's named calls, of which half are never asked for their answer. Printed is the memory of the
server and of its workshop, in MB, and by how much it grew after the first third. On Linux only.
"""

import http.client
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from benchmarks.editor_latency import HOST, SKETCH, free_port, running_app
from benchmarks.load import large_midi, sounds_of
from benchmarks.machine import describe_machine

N_CALLS: Final = 3000
N_ROWS: Final = 15
SETTLED: Final = 1 / 3
TIMEOUT_S: Final = 120


def ask(port: int, path: str, data: Any) -> Any:
    """Return the answer of a client that comes once."""
    connection = http.client.HTTPConnection(HOST, port, timeout=TIMEOUT_S)
    try:
        body = None if data is None else json.dumps(data)
        headers = {"content-type": "application/json"}
        connection.request("GET" if data is None else "POST", path, body, headers)
        answer = connection.getresponse().read()
    finally:
        connection.close()
    return json.loads(answer) if answer[:1] == b"{" else answer


def calls(port: int) -> Iterator[None]:
    """Make one call after another, of every kind in turn."""
    groove = ask(port, "/api/groove", {"template": SKETCH})["groove"]
    song = [{"groove": groove, "repeats": 4, "name": "a part"} for _ in range(16)]
    project = {"template": SKETCH, "song": song}
    midi = ask(port, "/api/export", {"kind": "midi", "sections": song})["content"]
    sounds = sounds_of(ask(port, "/api/kit", {}))
    page: tuple[tuple[str, Any], ...] = (
        ("groove", {"template": SKETCH}),
        ("kit", {}),
        ("render", {"groove": groove}),  # as programs do
        ("export", {"kind": "png", "groove": groove}),
        ("open_project", {"content": json.dumps(project)}),
        ("read_midi", {"content": midi}),
        ("read_midi", {"content": large_midi()[:-4]}),
        ("export", {"kind": "wav", "sections": song}),
        ("groove", {"template": SKETCH, "genre": "x" * 60_000}),
        ("no_such_call", {}),
    )
    number = 0
    while True:
        for name, data in page:
            yield ask(port, f"/api/{name}", data)
        yield ask(port, "/", None)
        yield ask(port, sounds[number % len(sounds)], None)
        number += 1
        event = {"data": [groove, 0, None, False, None], "session_hash": f"new{number}"}
        joined = ask(port, "/gradio_api/call/render", event)
        if number % 2:
            ask(port, f"/gradio_api/call/render/{joined['event_id']}", None)
        yield
        yield ask(port, "/gradio_api/call/groove", {"data": ["x" * 60_000]})


def megabytes(pid: int) -> list[float]:
    """Return the resident memory of a process and of its children."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    texts = [Path(f"/proc/{each}/status").read_text() for each in (pid, *children)]
    return [int(text.partition("VmRSS:")[2].split()[0]) / 1024 for text in texts]


def main() -> None:
    """Print the table."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else N_CALLS
    port = free_port()
    sizes = []
    with running_app(port) as app:
        print(f"{describe_machine()}, {n} calls")
        print(f"{'calls':>7}{'server':>9}{'all':>9}")
        for done, _ in zip(range(1, n + 1), calls(port), strict=False):
            if done % max(1, n // N_ROWS) == 0:
                own, *others = megabytes(app.pid)
                sizes.append((done, own, own + sum(others)))
                print(f"{done:7}{own:9.0f}{sizes[-1][2]:9.0f}", flush=True)
    for place, name in ((1, "server"), (2, "all")):
        settled = [size[place] for size in sizes if size[0] >= SETTLED * n]
        print(f"{name}: {max(settled) / settled[0] - 1:+.1%} after the first third (target 10%)")


if __name__ == "__main__":
    main()
