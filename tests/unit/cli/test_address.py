"""Where the page is served: what cannot be is said at once, in the words of our own options."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from pocket_studio.cli.address import free_port, lan_address

from .command_line import refused

ROOT = Path(__file__).parents[3]


@pytest.fixture
def taken():
    """A port that another program listens to."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def served(*arguments, **environment):
    """Start `app.py` where it cannot serve; return its exit status and its one line."""
    finished = subprocess.run(
        [sys.executable, "app.py", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ, **environment},
    )
    assert finished.stdout == ""
    (line,) = finished.stderr.splitlines()
    return finished.returncode, line


def test_a_port_in_use_is_named_with_our_option(taken):
    expected = (1, f"error: the port {taken} is in use; choose another with --port")
    assert served("--port", taken) == expected
    assert served(GRADIO_SERVER_PORT=str(taken)) == expected


@pytest.mark.parametrize("host", ["nowhere.invalid", "192.0.2.1", "127.0.0.1.5", "x" * 300])
def test_a_host_that_is_not_here_is_named_with_our_option(host):
    assert served("--host", host) == (1, f"error: --host {host} is no address of this machine")


@pytest.mark.parametrize(
    ("port", "words"),
    [("0", "must be in 1..65535"), ("65536", "must be in 1..65535"), ("x", "no whole number")],
)
def test_what_is_no_port_is_refused(capsys, port, words):
    said = refused(capsys, "serve", "--port", port)
    assert "argument --port: " in said
    assert words in said


def test_an_address_of_version_6_is_looked_at_as_it_is():
    if not socket.has_ipv6:
        pytest.skip("no IPv6")
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as server:
        port = server.getsockname()[1]
        for host in ("::1", "[::1]"):
            with pytest.raises(OSError, match=f"the port {port} is in use"):
                free_port(host, port)


def test_without_a_port_the_first_free_one_is_taken(taken, monkeypatch):
    monkeypatch.setattr("pocket_studio.cli.address._PORTS", range(taken, taken + 1))
    with pytest.raises(OSError, match=f"the ports {taken} to {taken} are in use; choose one with"):
        free_port("127.0.0.1", None)
    monkeypatch.setattr("pocket_studio.cli.address._PORTS", range(taken, 65536))
    assert free_port("127.0.0.1", None) > taken


def test_the_address_in_the_network_is_one_of_this_machine():
    try:
        address = lan_address()
    except OSError:
        pytest.skip("this machine is in no network")
    assert not address.startswith("127.")
    with socket.create_server((address, 0)) as server:
        assert server.getsockname()[0] == address


def test_a_machine_in_no_network_says_so():
    alone = ["unshare", "--map-root-user", "--net"]
    if shutil.which("unshare") is None or subprocess.run([*alone, "true"], check=False).returncode:
        pytest.skip("no network can be taken away here")
    command = [*alone, sys.executable, "app.py", "--lan"]
    finished = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert finished.returncode == 1
    assert finished.stderr == "error: this machine is in no network that --lan could serve\n"


def test_lan_and_host_are_not_both(capsys):
    assert "not allowed with" in refused(capsys, "serve", "--lan", "--host", "127.0.0.1")
