"""Refuses request bodies that no page of ours sends, before anything reads them into memory."""

from contextlib import suppress
from typing import Final

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# The largest MIDI file, 512 KB, is 0.7 MB as base64.
MAX_BODY_BYTES: Final = 2 * 2**20


class _TooLargeError(Exception):
    """The body went past the limit while it was being read."""


class BodyLimit:
    """ASGI middleware that answers 413 to a body above `max_bytes`, announced or chunked."""

    def __init__(self, app: ASGIApp, max_bytes: int = MAX_BODY_BYTES) -> None:
        self._app = app
        self._max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if _announced_bytes(scope) > self._max_bytes:
            await self._refuse(scope, receive, send)
            return
        n_bytes = 0
        started = False

        async def counted_receive() -> Message:
            nonlocal n_bytes
            message = await receive()
            n_bytes += len(message.get("body", b""))
            if n_bytes > self._max_bytes:
                raise _TooLargeError
            return message

        async def guarded_send(message: Message) -> None:
            nonlocal started
            # The app may turn the broken-off body into an answer of its own: ours is the true one.
            if n_bytes > self._max_bytes and not started:
                return
            started = True
            await send(message)

        with suppress(_TooLargeError):
            await self._app(scope, counted_receive, guarded_send)
        if n_bytes > self._max_bytes and not started:
            await self._refuse(scope, receive, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        text = f"the request is larger than {self._max_bytes >> 20} MB"
        response = PlainTextResponse(text, status_code=413, headers={"connection": "close"})
        await response(scope, receive, send)


def _announced_bytes(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() else 0
    return 0
