"""Links of versions 1 to 3; that they say what they said is in test_versions."""

import ast
import base64
import zlib
from pathlib import Path

import pytest

from pocket_studio.errors import InvalidRequestError
from pocket_studio.schema import old_links
from pocket_studio.schema.link import link_to_project
from pocket_studio.schema.old_links import old_link_to_json

# Of version 1, the plain beat.
PLAIN = "AVUKCxoIBiYhAQBoc48BUEJwBkAJwRnAG0NNAAAAYLK7y_WiXFC6I0zkn2_jWQE"


def bytes_of(link):
    return base64.urlsafe_b64decode(link + "=" * (-len(link) % 4))


def sealed(content, version):
    packed = bytes([version]) + zlib.crc32(content).to_bytes(4, "big") + content
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def test_an_old_link_is_read_as_a_file_of_its_version():
    fields = old_link_to_json(1, bytes_of(PLAIN)[1:])
    assert fields["version"] == 1
    assert fields["template"]["snare"] == "....x.......x..." * 2
    assert fields["genre"] == "any"
    assert "keep_sketch" not in fields


def test_what_the_product_becomes_cannot_change_what_an_old_link_says():
    tree = ast.parse(Path(old_links.__file__).read_text())
    imports = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    imports |= {
        a.name for node in ast.walk(tree) if isinstance(node, ast.Import) for a in node.names
    }
    assert imports == {"zlib", "collections.abc", "typing"}


@pytest.mark.parametrize("version", [1, 2, 3])
def test_a_forged_link_is_refused(version):
    with pytest.raises(InvalidRequestError, match="damaged or cut off"):
        link_to_project(sealed(b"\xff" * 1000, version))


@pytest.mark.parametrize(
    "link", ["AQ", PLAIN[:-1], PLAIN[:-4], PLAIN + "A", PLAIN[:9] + PLAIN[10:]]
)
def test_a_damaged_link_is_refused(link):
    with pytest.raises(InvalidRequestError, match="damaged or cut off"):
        link_to_project(link)
