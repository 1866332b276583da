"""A project as a short text for a URL: all of it but the song, the reference and the soundfont.

The text is base64url of a format byte, a CRC-32 and a project's JSON without what is `_UNSAID`,
deflated with `_DICTIONARY`. Both belong to the format: a change of either, even of a default, is a
new one. A new field or genre is not, and takes its word with it; what a project of before plays as,
that had no word for it, may join `_UNSAID` with the field.
"""

import base64
import json
import re
import zlib
from typing import Final
from urllib.parse import unquote

from pocket_studio.errors import InvalidInputError, InvalidRequestError
from pocket_studio.schema.old_links import LAST_OLD_VERSION, Fields, old_link_to_json
from pocket_studio.schema.project import Project
from pocket_studio.schema.project_json import parse_project, project_to_json
from pocket_studio.schema.versions import VERSION

MAX_LINK_LENGTH: Final = 2000  # every browser takes such a URL

_FORMAT: Final = LAST_OLD_VERSION + 1  # a byte that no old link has and old readers call newer
_CRC_BYTES: Final = 4
_MAX_JSON_BYTES: Final = 64 * 1024  # the fullest project has 12 KiB
_IN_ADDRESS: Final = "#groove="  # what stands before it in an address (web/files/session.js)
_TEXT: Final = re.compile(r"[A-Za-z0-9_-]+")
_DAMAGED: Final = "the share link is damaged or cut off; copy it again"
_NEWER: Final = "the share link is from a newer Pocket Studio"

# What a link need not say: a new project, as it was when this format was made.
_UNSAID: Final[Fields] = {
    "format": "pocket-studio-project",
    "version": 3,
    "checkpoint": "",
    "genre": "any",
    "keep_sketch": True,
    "temperature": 1.0,
    "guidance": 3.0,
    "density": None,
    "humanity": 1.0,
    "reference_notes": False,
    "take": 0,
    "tempo_bpm": 120.0,
    "swing": 0.5,
    "velocity_amount": 1.0,
    "microtiming_amount": 1.0,
    "velocity_pattern": "." * 32,
    "microtiming_pattern": "." * 32,
    "takes": [{"seed": seed, "codes": None, "details": None, "kept": None} for seed in range(4)],
    "locked_beats": [],
    "locked_rows": {},
    "edits": [],
    "morph": None,
    "reference": None,
    "muted": [],
    "solo": [],
    "levels": dict.fromkeys(
        ("kick", "snare", "closed_hat", "open_hat", "ride", "crash", "tom"), 1.0
    ),
    "kit": None,
    "song": [],
    "row_feels": {},
    "ornaments": {},
}

# What the JSON of a project is likely to hold, the likeliest last.
_DICTIONARY: Final = (
    b'"genre":"electronic","genre":"rock","genre":"jazz","genre":"blues","genre":"hiphop",'
    b'"density":12,"humanity":0.75,"reference_notes":true,"take":1,"swing":0.58,'
    b'"velocity_amount":1.2,"microtiming_amount":0.8,'
    b'"velocity_pattern":{"kick":"1...5...3...2...4...","microtiming_pattern":{"kick":"<|>.<|>.'
    b'"morph":{"to":1,"amount":0.5},"muted":["kick"],"solo":["snare"],'
    b'"kit":{"soundfont":null,"program":8}}'
    b'"levels":{"kick":1.0,"snare":0.9,"closed_hat":0.75,"open_hat":1.0,"ride":1.0,"crash":1.0,'
    b'"tom":1.0},'
    b'"locked_beats":[0,1,2,3,4,5,6,7],'
    b'"locked_rows":{"kick":[[0,100,0],[4,90,-5],[8,110,10],[16,120,-10]],"snare":[[4,'
    b'"closed_hat":[[0,"open_hat":[[0,"ride":[[0,"crash":[[0,"tom":[[0,'
    b'"edits":[[0,"kick",100,0],[4,"snare",0,0],[2,"closed_hat",90,-1],[14,"open_hat",80,-2],'
    b'[6,"ride",70,10],[0,"crash",110,-3],[12,"tom",60,'
    b'{"checkpoint":"","genre":"funk","keep_sketch":false,"temperature":0.8,"guidance":2.0,'
    b'"tempo_bpm":96.0,'
    b'"template":{"kick":"x.......x.......x.......x.......",'
    b'"snare":"....x.......x.......x.......x...",'
    b'"closed_hat":"x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.x.",'
    b'"open_hat":"................................","ride":"................................",'
    b'"crash":"................................","tom":"................................"},'
    b'"takes":[{"seed":0,"codes":[null,null,'
    b'"details":[-1,null,null,null,null,null,null,null],"kept":[[1,2],[3,4],[5,-1],null]},'
    b'{"seed":1,"codes":null,"details":null,"kept":null},'
    b'{"seed":2,"codes":null,"details":null,"kept":null}]}'
)


def project_to_link(project: Project) -> str:
    """Write `project` as URL-safe text of up to 2000 characters.

    Raises
    ------
    InvalidRequestError
        If it holds more than fits, such as 230 edits and locked hits, no two alike.
    """
    fields = {**project_to_json(project), "song": [], "reference": None}
    if fields["kit"]:
        fields["kit"] = {**fields["kit"], "soundfont": None}
    said = {key: value for key, value in fields.items() if _UNSAID.get(key, ...) != value}
    link = _bytes_to_text(_seal(_deflate(json.dumps(said, separators=(",", ":")).encode())))
    if len(link) > MAX_LINK_LENGTH:
        raise InvalidRequestError(
            f"the project has too much in it for a link ({len(link)} characters of "
            f"{MAX_LINK_LENGTH}); save it as a file"
        )
    return link


def link_to_project(text: object) -> Project:
    """Read what `project_to_link` wrote, now or in any former version.

    It may stand in its address and be followed by anything that no link has in it, such as a full
    stop, a bracket or a space.

    Raises
    ------
    InvalidRequestError
        If the text is cut off, changed, of a newer version or no link at all.
    """
    packed = _text_to_bytes(_link_in(text))
    if packed[0] > _FORMAT:
        is_whole = _seal(packed[1 + _CRC_BYTES :], packed[0]) == packed
        raise InvalidRequestError(_NEWER if is_whole else _DAMAGED)
    try:
        is_old = 1 <= packed[0] <= LAST_OLD_VERSION
        fields = old_link_to_json(packed[0], packed[1:]) if is_old else _said(packed)
    except (ValueError, RecursionError, zlib.error):  # RecursionError: lists in lists in lists ...
        raise InvalidRequestError(_DAMAGED) from None
    version = fields["version"]
    if isinstance(version, int) and version > VERSION:
        raise InvalidRequestError(_NEWER)
    try:
        return parse_project(fields)
    except InvalidInputError:  # a forged one, such as with two edits of one cell
        raise InvalidRequestError(_DAMAGED) from None


def left_out_of_link(project: Project) -> tuple[str, ...]:
    """Return what of `project` its link does not carry, in words."""
    kit = project.kit
    parts = {
        "the song": bool(project.song),
        "the reference": project.reference is not None,
        "the soundfont": kit is not None and kit.soundfont is not None,
    }
    return tuple(name for name, there in parts.items() if there)


def _link_in(text: object) -> str:
    """Return the link at the beginning of `text` or after the address in it."""
    if not isinstance(text, str):
        raise InvalidRequestError(_DAMAGED)
    # In an address some of what may follow is written as %22, and a link has no %.
    link = _TEXT.match(unquote(text).rpartition(_IN_ADDRESS)[2].lstrip())
    if link is None or len(link[0]) > MAX_LINK_LENGTH:
        raise InvalidRequestError(_DAMAGED)
    return link[0]


def _text_to_bytes(text: str) -> bytes:
    """Return the bytes, at least one, of which `text` is the base64url."""
    try:
        packed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:  # a length that no bytes have
        raise InvalidRequestError(_DAMAGED) from None
    if _bytes_to_text(packed) != text:  # the last character has bits to spare
        raise InvalidRequestError(_DAMAGED)
    return packed


def _said(packed: bytes) -> Fields:
    """Return the project's JSON in a link of today's format, or raise ValueError or zlib.error."""
    content = packed[1 + _CRC_BYTES :]
    if _seal(content) != packed:
        raise ValueError
    said = json.loads(_inflate(content))
    if not isinstance(said, dict):
        raise ValueError
    return {**_UNSAID, **said}


def _seal(content: bytes, form: int = _FORMAT) -> bytes:
    """Return the format byte, the CRC-32 of it and of `content`, and `content`.

    Later formats begin so too: by that a newer link is told from a damaged one.
    """
    start = bytes([form])
    return start + zlib.crc32(start + content).to_bytes(_CRC_BYTES, "big") + content


def _deflate(content: bytes) -> bytes:
    deflater = zlib.compressobj(9, wbits=-zlib.MAX_WBITS, memLevel=9, zdict=_DICTIONARY)
    return deflater.compress(content) + deflater.flush()


def _inflate(content: bytes) -> bytes:
    """Undo `_deflate`, or raise ValueError or zlib.error."""
    inflater = zlib.decompressobj(wbits=-zlib.MAX_WBITS, zdict=_DICTIONARY)
    inflated = inflater.decompress(content, _MAX_JSON_BYTES)
    if not inflater.eof or inflater.unused_data:  # cut off, too long, or followed by something
        raise ValueError
    return inflated


def _bytes_to_text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode("ascii").rstrip("=")
