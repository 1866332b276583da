"""Who may talk to the studio, about what, and what browsers are told to forbid the page.

A browser sends what any page asks of it to this machine too. So a request has to be meant for this
studio (its Host) and, if a page made it, to come from the studio's own (its Origin).
"""

import logging
from collections.abc import Collection, Iterable
from ipaddress import ip_address
from typing import Final
from urllib.parse import SplitResult, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

logger = logging.getLogger(__name__)

_SPACES: Final = "https://huggingface.co"
_FORBIDDEN, _UNKNOWN, _FAILED = 403, 404, 500
_SENSELESS: Final = "the studio could not make sense of this request"
_MOST_LOGGED: Final = 200
_PORTS: Final = {"http": 80, "https": 443}

# Of gradio's addresses those that the page and gradio's clients use; what ends with a slash stands
# for all below it. The others read, write and forward files, or show what others did.
_READ: Final = (
    *("/", "/config", "/theme.css", "/favicon.ico", "/robots.txt"),
    *("/manifest.json", "/icon.svg", "/worker.js"),
    *("/assets/", "/static/", "/svelte/", "/modules/", "/kits/"),
    *("/gradio_api/info", "/gradio_api/openapi.json", "/gradio_api/startup-events"),
    *("/gradio_api/app_id", "/gradio_api/heartbeat/"),
    *("/gradio_api/call/", "/gradio_api/queue/data", "/gradio_api/queue/status"),
)
_NAMED: Final = ("/api/", "/gradio_api/call/", "/gradio_api/run/", "/gradio_api/api/")
_WRITTEN: Final = (
    *_NAMED,
    *("/gradio_api/queue/join", "/gradio_api/cancel", "/gradio_api/reset"),
)
_OPEN: Final = {"GET": _READ, "HEAD": _READ, "POST": _WRITTEN, "OPTIONS": (*_READ, *_WRITTEN)}


class Gate:
    """ASGI middleware that refuses what is not for the studio, and adds the headers of security.

    Parameters
    ----------
    app : ASGI application
    calls : collection of str
        The names that may be called.
    hosts : iterable of str
        The names by which this studio is reached, besides `localhost` and every address of
        numbers: a foreign name that was made to lead here (DNS rebinding) is always a name.
    in_space : bool
        Whether it is a Hugging Face Space, which shows the page in a frame of its own.
    """

    def __init__(
        self,
        app: ASGIApp,
        calls: Collection[str],
        hosts: Iterable[str] = (),
        in_space: bool = False,
    ) -> None:
        self._app = app
        self._calls = frozenset(calls)
        self._told = {host.lower() for host in hosts if not _is_numbers(host)} - {"localhost"}
        self._headers = {
            "content-security-policy": _policy(in_space),
            "cross-origin-resource-policy": "same-origin",
            "referrer-policy": "same-origin",
            "x-content-type-options": "nosniff",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] == "websocket":  # nothing of ours speaks it
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        started = False

        async def send_guarded(message: Message) -> None:
            nonlocal started
            started = True
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self._headers)
            await send(message)

        line, status = self._refused(Headers(scope=scope)), _FORBIDDEN
        if not line:
            line, status = self._missing(scope["method"], scope["path"]), _UNKNOWN
        app = JSONResponse({"error": line}, status) if line else self._app
        try:
            await app(scope, receive, send_guarded)
        except Exception as error:  # gradio's: what was asked of it, it could not make sense of
            # For the log alone: it may name a file.
            text = f"{type(error).__name__}: {error}"[:_MOST_LOGGED]
            logger.warning("%s %s failed: %s", scope["method"], scope["path"], text)
            if started:  # a stream, which has said that it broke off
                await send({"type": "http.response.body", "body": b""})
                return
            failed = JSONResponse({"error": _SENSELESS}, _FAILED)
            await failed(scope, receive, send_guarded)

    def _refused(self, headers: Headers) -> str:
        """Return why a request with these headers is refused, empty if it is not."""
        named = headers.getlist("host")
        host = _parsed(f"//{named[0]}") if len(named) == 1 else None
        if host is None or not host.hostname:
            return "the request must name one host"
        known = host.hostname == "localhost" or host.hostname in self._told
        if not known and not _is_numbers(host.hostname):
            return (
                f"the studio is not known as {host.hostname[:80]}; "
                "if it should be, start it with --allow-host"
            )
        for text in headers.getlist("origin"):
            origin = _parsed(text)
            if origin is None or not self._is_ours(origin, host):
                return f"a page of {text[:80]} may not use this studio"
        return ""

    def _missing(self, method: str, path: str) -> str:
        """Return why there is nothing at `path`, empty if there is."""
        if not _is_open(method, path):
            return "there is nothing here"
        name = path.rstrip("/").rpartition("/")[2]
        if method == "POST" and path.startswith(_NAMED) and name not in self._calls:
            return f"there is no call {name[:40]!r}"
        return ""

    def _is_ours(self, origin: SplitResult, host: SplitResult) -> bool:
        # A proxy may not pass on the name by which the browser knows it.
        if origin.hostname in self._told and origin.port is None:
            return True
        default = _PORTS.get(origin.scheme)
        there, here = origin.port or default, host.port or default
        return default is not None and (origin.hostname, there) == (host.hostname, here)


def _policy(in_space: bool) -> str:
    """Return what the page may load: its own, inline and made of text as gradio's page needs it."""
    around = f" {_SPACES}" if in_space else ""
    return "; ".join(
        (
            "default-src 'self'",
            "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "media-src 'self' blob:",
            f"connect-src 'self'{around}",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'none'",
            f"frame-ancestors 'self'{around}",
        )
    )


def _is_open(method: str, path: str) -> bool:
    shortened = path.rstrip("/") or "/"
    return any(
        path.startswith(each) if each.endswith("/") and each != "/" else shortened == each
        for each in _OPEN.get(method, ())
    )


def _parsed(address: str) -> SplitResult | None:
    """Return the parts of an address, None of one that is none."""
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return None
    return parts


def _is_numbers(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
