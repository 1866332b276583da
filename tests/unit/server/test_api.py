"""`/api/` over real sockets: what is answered, how it is refused, and who has left."""

import http.client
import json
import threading
import time
from contextlib import closing

import pytest
import uvicorn
from starlette.applications import Starlette

from pocket_studio.errors import InvalidRequestError, SoundUnavailableError
from pocket_studio.server.api import api_route
from pocket_studio.server.call import Call
from pocket_studio.server.line import Line

LONG_S = 20


class Work:
    """Calls whose work can be held up, and what was worked on."""

    def __init__(self):
        self.line = Line("test", at_once=1, waiting=1)
        self.go_on = threading.Event()
        self.worked = []

    def echo(self, data):
        self.worked.append(data)
        assert self.go_on.wait(LONG_S)
        return {"said": data}

    def refuse(self, data):
        raise InvalidRequestError(f"not {data}")

    def lack(self, _):
        raise SoundUnavailableError("no sound")

    def fail(self, _):
        raise RuntimeError("as expected")

    def calls(self):
        answers = (self.echo, self.refuse, self.lack, self.fail)
        return {answer.__name__: Call(answer, self.line) for answer in answers}


def until(condition):
    deadline = time.monotonic() + LONG_S
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


@pytest.fixture
def work():
    work = Work()
    work.go_on.set()
    return work


@pytest.fixture
def port(work):
    app = Starlette(routes=[api_route(work.calls())])
    config = uvicorn.Config(app, port=0, log_level="critical", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    until(lambda: server.started)
    yield server.servers[0].sockets[0].getsockname()[1]
    work.go_on.set()
    server.should_exit = True
    thread.join(LONG_S)


def send(port, name, body):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LONG_S)
    connection.request("POST", f"/api/{name}", body)
    return connection


def received(connection):
    with closing(connection):
        response = connection.getresponse()
        return response.status, json.loads(response.read()), response.headers


def ask(port, name, body):
    return received(send(port, name, body))


def test_a_request_is_json_and_so_is_its_answer(port):
    status, answer, headers = ask(port, "echo", '{"a": ["\\ud800", 1.5]}')
    assert (status, answer) == (200, {"said": {"a": ["\ud800", 1.5]}})
    assert headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("name", "body", "status", "line"),
    [
        ("refuse", "1", 400, "not 1"),
        ("lack", "1", 500, "no sound"),
        ("fail", "1", 500, "something went wrong in the studio; the sketch is untouched"),
        ("echo", "{", 400, "the request must be JSON"),
        ("echo", "", 400, "the request must be JSON"),
        ("echo", "[" * 60_000, 400, "the request must be JSON"),
        ("echo", b"\xff\xff", 400, "the request must be JSON"),
        ("other", "1", 404, "there is no such call"),
    ],
)
def test_what_is_refused_is_said_in_one_line(port, name, body, status, line):
    assert ask(port, name, body)[:2] == (status, {"error": line})


def fill(port, work):
    """Send "1", worked on until `work.go_on`, and "2", which waits; there is no more room."""
    work.go_on.clear()
    first = send(port, "echo", "1")
    until(lambda: work.worked == [1])
    second = send(port, "echo", "2")
    until(lambda: work.line.n_taken == 2)
    return first, second


def test_who_comes_to_a_full_line_is_told_at_once_and_the_others_are_answered(port, work):
    first, second = fill(port, work)
    status, answer, headers = ask(port, "echo", "3")
    assert (status, answer) == (503, {"error": "the studio is busy, try again"})
    assert headers["retry-after"] == "1"
    work.go_on.set()
    assert [received(each)[1] for each in (first, second)] == [{"said": 1}, {"said": 2}]


def test_who_comes_to_a_full_line_is_told_before_the_body_has_come(port, work):
    first, second = fill(port, work)
    slow = http.client.HTTPConnection("127.0.0.1", port, timeout=LONG_S)
    slow.putrequest("POST", "/api/echo")
    slow.putheader("content-length", "700000")
    slow.endheaders(b"[")
    assert received(slow)[0] == 503
    work.go_on.set()
    assert [received(each)[1] for each in (first, second)] == [{"said": 1}, {"said": 2}]


def test_who_left_while_waiting_is_not_worked_for(port, work):
    first, gone = fill(port, work)
    gone.close()
    work.go_on.set()
    assert received(first)[1] == {"said": 1}
    until(lambda: work.line.n_taken == 0)
    assert ask(port, "echo", "3")[1] == {"said": 3}
    assert work.worked == [1, 3]
