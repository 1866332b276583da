"""Two studios behind one address: which requests may go to either.

Usage: python -m benchmarks.replicas [calls]

Starts two servers and a proxy that hands requests to them in turn, so that no two requests of a
client that follow each other meet the same process. Through it go the page in a real Chromium, the
calls of `/api/`, and gradio's named calls, which are asked for in one request and answered in
another. Printed is how many of each were answered.
"""

import http.client
import itertools
import json
import shutil
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

import httpx
import uvicorn
from playwright.sync_api import sync_playwright
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import Route

from benchmarks.editor_latency import CHROMIUM_FLAGS, HOST, SKETCH, free_port, running_app

N_CALLS: Final = 40
TIMEOUT_S: Final = 60
METHODS: Final = ["GET", "HEAD", "POST"]
# What a proxy must not pass on as it came.
OF_ONE_HOP: Final = {"connection", "transfer-encoding", "keep-alive"}


def proxy(ports: list[int], passed_on: list[int]) -> Starlette:
    """Return an app that hands each request to the next of `ports`, and notes to which."""
    client = httpx.AsyncClient(timeout=TIMEOUT_S)
    turns = itertools.cycle(ports)

    async def hand_on(request: Request) -> StreamingResponse:
        port = next(turns)
        passed_on.append(port)
        target = f"http://{HOST}:{port}{request.url.path}"
        body = await request.body()
        asked = client.build_request(
            request.method,
            target,
            params=request.query_params,
            headers=request.headers.raw,
            content=body,
        )
        answer = await client.send(asked, stream=True)

        async def content() -> AsyncIterator[bytes]:
            # A stream that ends in the middle ends so for the client too.
            with suppress(httpx.HTTPError):
                async for piece in answer.aiter_raw():
                    yield piece
            await answer.aclose()

        headers = {k: v for k, v in answer.headers.items() if k not in OF_ONE_HOP}
        return StreamingResponse(content(), answer.status_code, headers)

    return Starlette(routes=[Route("/{path:path}", hand_on, methods=METHODS)])


@contextmanager
def running_proxy(port: int, ports: list[int]) -> Iterator[list[int]]:
    """Run the proxy in a thread; yield the list of whom it handed requests to."""
    passed_on: list[int] = []
    config = uvicorn.Config(
        proxy(ports, passed_on), HOST, port, log_level="critical", lifespan="off"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield passed_on
    server.force_exit = server.should_exit = True
    thread.join(timeout=10)


def ask(port: int, path: str, data: Any = None) -> Any:
    """Return what is answered: JSON of a call, text of a stream."""
    body = None if data is None else json.dumps(data).encode()
    headers = {"content-type": "application/json"}
    request = urllib.request.Request(f"http://{HOST}:{port}{path}", body, headers)
    with urllib.request.urlopen(request, timeout=TIMEOUT_S) as response:  # noqa: S310
        text = response.read().decode()
    return json.loads(text) if text[:1] == "{" else text


def of_the_page(port: int, number: int) -> bool:
    """Play, share, open and save: each a request that may meet the other process."""
    asked = {"template": SKETCH, "seed": number}
    played = ask(port, "/api/groove", asked)
    again = ask(port, "/api/groove", asked)
    text = ask(port, "/api/share", {"project": {"template": SKETCH}})["text"]
    opened = ask(port, "/api/open_share", {"text": text})["project"]
    saved = ask(port, "/api/export", {"kind": "midi", "groove": played["groove"]})
    same: bool = played == again and opened["template"]["kick"] == SKETCH["kick"]
    return same and saved["mime"] == "audio/midi"


def named(port: int, number: int) -> bool:
    """Ask for a named call and come for its answer."""
    del number
    data = [{"hits": [{"step": 0, "drum": "kick", "velocity": 1}]}]
    event = ask(port, "/gradio_api/call/patterns", {"data": data})["event_id"]
    return "event: complete" in ask(port, f"/gradio_api/call/patterns/{event}")


def opens(port: int) -> bool:
    """Open the page and wait for its first groove."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(CHROMIUM_FLAGS))
        page = browser.new_page()
        page.goto(f"http://{HOST}:{port}/")
        page.wait_for_function("window.PocketStudio?.instance?.groove")
        browser.close()
    return True


def share_answered(n: int, act: Callable[[int], bool]) -> str:
    """Return how many of `n` turns of `act` came out right."""
    right = 0
    for number in range(n):
        with suppress(urllib.error.HTTPError, http.client.HTTPException):
            right += act(number)
    return f"{right} of {n}"


def main() -> None:
    """Print the table."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else N_CALLS
    ports = [free_port(), free_port()]
    with running_app(ports[0]), running_app(ports[1]):
        front = free_port()
        with running_proxy(front, ports) as passed_on:
            print(f"page in Chromium            {share_answered(1, lambda _: opens(front))}")
            print(
                f"/api/, five calls each      {share_answered(n, lambda i: of_the_page(front, i))}"
            )
            print(f"/gradio_api/call/, in turn  {share_answered(n, lambda i: named(front, i))}")
            print(f"the same, one process       {share_answered(n, lambda i: named(ports[0], i))}")
            shares = ", ".join(str(passed_on.count(port)) for port in ports)
    print(f"requests that each process got: {shares}")


if __name__ == "__main__":
    main()
