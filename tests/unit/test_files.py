import hashlib
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from pocket_studio.errors import ArchiveError
from pocket_studio.files import atomic_path, download, write_atomically

CONTENT = bytes(range(256)) * 1000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


class Archive(BaseHTTPRequestHandler):
    """Serve CONTENT whole, cut short in one of two ways, or not at all."""

    timeout = 5

    def do_GET(self):
        if self.path == "/missing":
            self.send_error(404)
            return
        self.send_response(200)
        if self.path == "/chunked":
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self.wfile.write(b"8000\r\n" + CONTENT[:100])
        else:
            self.send_header("Content-Length", str(len(CONTENT)))
            self.end_headers()
            self.wfile.write(CONTENT if self.path == "/whole" else CONTENT[:70_000])

    def log_message(self, *_):
        """Keep the test's output clean."""


@pytest.fixture(scope="module")
def server():
    with HTTPServer(("127.0.0.1", 0), Archive) as http_server:
        thread = threading.Thread(target=http_server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{http_server.server_port}"
        http_server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("content", "read"), [(b"\0\xff", b"\0\xff"), ("Grüße\n", "Grüße\n".encode())]
)
def test_write_atomically_writes_bytes_and_text(tmp_path, content, read):
    path = tmp_path / "new" / "folder" / "file.bin"
    write_atomically(path, content)
    assert path.read_bytes() == read
    assert path.stat().st_mode & 0o777 == 0o644
    assert [p.name for p in path.parent.iterdir()] == ["file.bin"]


def test_atomic_path_shows_the_old_file_until_the_block_ends(tmp_path):
    path = tmp_path / "file.txt"
    path.write_text("old")
    with atomic_path(path) as temporary:
        temporary.write_text("new")
        assert path.read_text() == "old"
        assert (temporary.parent, temporary.suffix) == (path.parent, path.suffix)
    assert path.read_text() == "new"


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_atomic_path_keeps_the_old_file_after_an_error(tmp_path, error):
    path = tmp_path / "file.txt"
    path.write_text("old")

    def write_half():
        with atomic_path(path) as temporary:
            temporary.write_text("half")
            raise error

    with pytest.raises(error):
        write_half()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_download_keeps_what_has_the_right_hash(server, tmp_path):
    download(f"{server}/whole", tmp_path / "archive.zip", SHA256)
    assert (tmp_path / "archive.zip").read_bytes() == CONTENT
    assert len(list(tmp_path.iterdir())) == 1


def test_download_tells_the_share_that_has_come(server, tmp_path, capsys):
    shares = []
    download(f"{server}/whole", tmp_path / "archive.zip", SHA256, shares.append)
    assert shares == sorted(shares)
    assert (len(shares), shares[-1]) == (4, 1)
    assert capsys.readouterr().err == ""


def test_what_hears_of_it_may_end_a_download(server, tmp_path):
    def end(_share):
        raise KeyError("enough")

    with pytest.raises(KeyError, match="enough"):
        download(f"{server}/whole", tmp_path / "archive.zip", SHA256, end)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("page", "sha256"),
    [("whole", "0" * 64), ("short", SHA256), ("chunked", SHA256), ("missing", SHA256)],
)
def test_failed_download_is_one_line_and_leaves_nothing(server, tmp_path, page, sha256):
    with pytest.raises(ArchiveError) as caught:
        download(f"{server}/{page}", tmp_path / "archive.zip", sha256)
    assert "\n" not in str(caught.value)
    assert f"{server}/{page}" in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_failed_download_keeps_an_older_file(server, tmp_path):
    path = tmp_path / "archive.zip"
    path.write_bytes(b"older")
    with pytest.raises(ArchiveError):
        download(f"{server}/short", path, SHA256)
    assert path.read_bytes() == b"older"


def test_unreachable_server_says_what_to_do(tmp_path):
    with pytest.raises(ArchiveError, match="--archive FILE"):
        download("http://127.0.0.1:9/archive.zip", tmp_path / "archive.zip", SHA256)
