"""Refuses request bodies that no page of ours sends, before anything reads them into memory."""

from contextlib import suppress
from typing import Final

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pocket_studio.server.calls import LARGER, MAX_BYTES

# The queue's own address does not name the call.
_OF_ANY_CALL: Final = "/gradio_api/queue/join"


class _TooLargeError(Exception):
    """The body went past the limit while it was being read."""


class BodyLimit:
    """ASGI middleware that answers 413 to a body above the limit of its call, also if chunked."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        max_bytes = max_bytes_of(scope["path"])
        refusal = _refusal(max_bytes)
        if _announced_bytes(scope) > max_bytes:
            await refusal(scope, receive, send)
            return
        n_bytes = 0
        started = False

        async def counted_receive() -> Message:
            nonlocal n_bytes
            message = await receive()
            n_bytes += len(message.get("body", b""))
            if n_bytes > max_bytes:
                raise _TooLargeError
            return message

        async def guarded_send(message: Message) -> None:
            nonlocal started
            # The app may turn the broken-off body into an answer of its own: ours is the true one.
            if n_bytes > max_bytes and not started:
                return
            started = True
            await send(message)

        with suppress(_TooLargeError):
            await self._app(scope, counted_receive, guarded_send)
        if n_bytes > max_bytes and not started:
            await refusal(scope, receive, send)


def max_bytes_of(path: str) -> int:
    """Return the largest body in bytes of a request to `path`, which ends with a call's name."""
    if path.rstrip("/") == _OF_ANY_CALL:
        return max(LARGER.values())
    return LARGER.get(path.rstrip("/").rpartition("/")[2], MAX_BYTES)


def _refusal(max_bytes: int) -> JSONResponse:
    line = f"the request is larger than {max_bytes >> 10} KB"
    return JSONResponse({"error": line}, status_code=413, headers={"connection": "close"})


def _announced_bytes(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() else 0
    return 0
