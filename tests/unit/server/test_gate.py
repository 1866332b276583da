"""The gate: hosts, pages, addresses, and the headers of every answer."""

import pytest
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from pocket_studio.server.gate import Gate


async def ours(scope, receive, send):
    if scope["path"] == "/gradio_api/info":
        raise KeyError("/home/somebody/file " + "x" * 10_000)
    await PlainTextResponse("ours")(scope, receive, send)


def client(**options):
    return TestClient(Gate(ours, calls=["groove"], **options), base_url="http://127.0.0.1:7860")


def get(headers, path="/", **options):
    return client(**options).get(path, headers=headers)


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1:7860", "127.0.0.1", "localhost:1", "LOCALHOST", "[::1]:7860", "[::1]"),
        *("192.168.1.7:7860", "10.0.0.1"),
    ],
)
def test_the_studio_answers_to_localhost_and_to_numbers(host):
    assert get({"host": host}).text == "ours"


@pytest.mark.parametrize(
    "host",
    [
        *("evil.example", "evil.example:7860", "localhost.evil.example", "127.0.0.1.evil.example"),
        *("", ":7860", "[::1", "[x]", "localhost:99999", "a b", "127.1", "0x7f.1"),
    ],
)
def test_it_answers_to_no_other_name(host):
    answered = get({"host": host})
    assert (answered.status_code, "\n" in answered.json()["error"]) == (403, False)


def test_names_that_are_told_are_answered_to_and_said_how():
    host = {"host": "studio.example:443"}
    assert get(host).json() == {
        "error": "the studio is not known as studio.example; "
        "if it should be, start it with --allow-host"
    }
    assert get(host, hosts=["Studio.example"]).text == "ours"


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("127.0.0.1:7860", "http://127.0.0.1:7860"),
        ("localhost:7860", "http://localhost:7860"),
        ("[::1]:7860", "http://[::1]:7860"),
        ("localhost", "http://localhost"),
        ("localhost", "http://localhost:80"),
        ("studio.example", "https://studio.example"),
        ("studio.example:443", "https://studio.example"),
        # A proxy that does not pass the name on.
        ("127.0.0.1:7860", "https://studio.example"),
    ],
)
def test_the_studios_own_page_may_ask(host, origin):
    headers = {"host": host, "origin": origin}
    assert get(headers, hosts=["studio.example"]).text == "ours"


@pytest.mark.parametrize(
    "origin",
    [
        *("http://evil.example", "http://localhost:3000", "http://127.0.0.1:7861", "null", ""),
        *("http://127.0.0.1:7860.evil.example", "file://", "chrome-extension://abc", "http://["),
        *("https://127.0.0.1", "http://127.0.0.1"),
    ],
)
def test_no_other_page_may(origin):
    answered = get({"origin": origin})
    assert (answered.status_code, answered.json()["error"]) == (
        403,
        f"a page of {origin} may not use this studio",
    )


@pytest.mark.parametrize(
    "origin", ["http://127.0.0.1", "http://localhost", "https://studio.example:8443"]
)
def test_where_it_listens_makes_no_other_page_its_own(origin):
    told = ["127.0.0.1", "localhost", "studio.example"]
    assert get({"origin": origin}, hosts=told).status_code == 403


@pytest.mark.parametrize(
    ("method", "path"),
    [
        *(
            ("GET", path)
            for path in ("/", "/config", "/config/", "/assets/a.js", "/modules/b/c.js")
        ),
        *(
            ("GET", f"/gradio_api/{path}")
            for path in ("heartbeat/a", "queue/data", "call/groove/e")
        ),
        *(("POST", f"/gradio_api/{path}") for path in ("queue/join", "call/groove", "run/groove")),
        ("POST", "/gradio_api/call/v2/groove"),
        ("POST", "/api/groove"),
    ],
)
def test_what_the_page_and_gradios_clients_use_is_open(method, path):
    assert client().request(method, path).text == "ours"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        *(("POST", f"/gradio_api/{path}") for path in ("upload", "component_server", "stream/a")),
        *(
            ("GET", f"/gradio_api/{path}")
            for path in ("file=/etc/passwd", "proxy=http://a", "runs")
        ),
        *(("GET", path) for path in ("/monitoring", "/configs", "/gradio_api/deep_link", "/api/")),
        *(("POST", path) for path in ("/login", "/gradio_api/call/other", "/api/other", "/api/")),
        ("GET", "/api/groove"),
        ("DELETE", "/api/groove"),
    ],
)
def test_nothing_else_is(method, path):
    answered = client().request(method, path)
    assert answered.status_code == 404
    assert "there is no" in answered.json()["error"]


def test_every_answer_tells_the_browser_what_to_forbid():
    for answered in (get({}), get({"host": "evil.example"}), get({}, "/none")):
        headers = answered.headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        policy = headers["content-security-policy"].split("; ")
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'self'" in policy
    policy = get({}, in_space=True).headers["content-security-policy"]
    assert "frame-ancestors 'self' https://huggingface.co" in policy


def test_what_gradio_raises_is_one_line_and_its_text_only_in_the_log(caplog):
    answered = client().get("/gradio_api/info")
    assert answered.status_code == 500
    assert answered.json() == {"error": "the studio could not make sense of this request"}
    assert "KeyError: '/home/somebody/file" in caplog.text
    assert len(caplog.text) < 600
    assert "Traceback" not in caplog.text
