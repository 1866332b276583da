"""The studio's own addresses: `POST /api/{name}`, a JSON object in, a JSON object out.

The page asks here, and so may any program. A request is answered by itself: nothing of it is kept,
and the next one may go to another process.
"""

from collections.abc import Mapping
from functools import partial
from typing import Final

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pocket_studio.errors import BusyError, InvalidInputError, PocketStudioError
from pocket_studio.server.call import Call
from pocket_studio.server.line import BUSY, GoneError

PREFIX: Final = "/api/"
MODEL_HEADER: Final = "pocket-model"

_REFUSED, _UNKNOWN, _FAILED, _BUSY = 400, 404, 500, 503
_NOBODY: Final = 499  # nobody reads it; it is what logs of other servers say


def api_route(calls: Mapping[str, Call], model: str = "") -> Route:
    """Return the route that answers `calls`; each answer names the `model`, if told."""
    headers = {MODEL_HEADER: model} if model else None

    async def answer(request: Request) -> Response:
        call = calls.get(request.path_params["name"])
        if call is None:
            return refusal("there is no such call", _UNKNOWN)
        if call.line.is_full:  # before a body is read, which may be large and come slowly
            return refusal(BUSY, _BUSY)
        try:
            body = await request.body()
            content = await call.line.run(partial(call.packed, body), request.is_disconnected)
        except (GoneError, ClientDisconnect):
            return Response(status_code=_NOBODY)
        except BusyError as error:
            return refusal(str(error), _BUSY)
        except InvalidInputError as error:
            return refusal(str(error), _REFUSED)
        except PocketStudioError as error:
            return refusal(str(error), _FAILED)
        except (ValueError, RecursionError):
            return refusal("the request must be JSON", _REFUSED)
        return Response(content, media_type="application/json", headers=headers)

    return Route(f"{PREFIX}{{name}}", answer, methods=["POST"])


def refusal(line: str, status: int) -> Response:
    """Return an answer that says in one line why there is no other."""
    headers = {"retry-after": "1"} if status == _BUSY else None
    return JSONResponse({"error": line}, status, headers)
