import csv
import hashlib
import subprocess

import numpy as np
import pytest
from handmade import midi_of, played_beat

from pocket_studio.errors import ArchiveError
from pocket_studio.midi import groove_to_midi
from pocket_studio.music.genres import GENRES
from pocket_studio.music.kit import KICK
from pocket_studio.music.patterns import AUTO
from pocket_studio.research.corpus import EXTRA, prepare, read_extra

HEAD = "file,genre,subgenre,velocity,microtiming"
ROWS = (
    "loops/rock/one.mid,rock,garage,not-kick,yes",
    "songs/two.mid,hiphop,shuffle,yes,no",
)
KICK_MADE_UP = (False, *[True] * 6)


def write_manifest(folder, *rows, head=HEAD):
    (folder / "manifest.csv").write_text("\n".join([head, *rows]) + "\n")


@pytest.fixture
def folder(tmp_path):
    """Two usable files in the layout of the extra data."""
    folder = tmp_path / "extra"
    for seed, name in enumerate(("loops/rock/one.mid", "songs/two.mid")):
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_bytes(groove_to_midi(played_beat(seed)))
    write_manifest(folder, *ROWS)
    return folder


def manifest_error(folder):
    with pytest.raises(ArchiveError) as caught:
        read_extra(folder)
    message = str(caught.value)
    assert "manifest.csv" in message
    assert "\n" not in message
    return message


def test_entries_are_what_the_manifest_says(folder):
    found = read_extra(folder)
    one, two = found.entries
    assert (one.id, one.style, one.part) == ("loops/rock/one.mid", "rock", EXTRA)
    assert (one.velocity_known, one.microtiming_known) == (KICK_MADE_UP, True)
    assert (two.id, two.style, two.part) == ("songs/two.mid", "hiphop", EXTRA)
    assert (two.velocity_known, two.microtiming_known) == ((True,) * 7, False)
    assert np.array_equal(one.track.note, played_beat(0).note)
    assert found.skipped == {}


def test_a_byte_order_mark_and_quotes_are_read(folder):
    quoted = f'{HEAD}\r\n"loops/rock/one.mid","rock","a, b","yes","yes"\r\n'
    (folder / "manifest.csv").write_bytes(b"\xef\xbb\xbf" + quoted.encode())
    assert [entry.id for entry in read_extra(folder).entries] == ["loops/rock/one.mid"]


def test_files_that_cannot_be_used_are_skipped_with_a_reason(folder):
    bad = {
        "gone.mid": (None, "there is no file"),
        "songs": (None, "there is no file"),
        "text.mid": (b"hello", "not a MIDI file"),
        "cut.mid": (groove_to_midi(played_beat(3))[:40], "damaged or cut short"),
        "kick.mid": (midi_of((0, 36, 99), (16, 36, 99)), "no two bars have a kick, a snare"),
    }
    for name, (content, _) in bad.items():
        if content is not None:
            (folder / name).write_bytes(content)
    write_manifest(folder, *(f"{name},rock,,yes,yes" for name in bad), *ROWS)
    found = read_extra(folder)
    assert len(found.entries) == 2
    assert list(found.skipped) == list(bad)
    for name, (_, reason) in bad.items():
        assert reason in found.skipped[name]
        assert "\n" not in found.skipped[name]


def test_no_usable_file_at_all_is_an_error(folder):
    write_manifest(folder, "gone.mid,rock,,yes,yes")
    assert "lists no usable drum MIDI" in manifest_error(folder)
    write_manifest(folder)
    assert "lists no usable drum MIDI" in manifest_error(folder)


# The manifest is not trusted


def test_missing_manifest(folder):
    (folder / "manifest.csv").unlink()
    assert "cannot read" in manifest_error(folder)
    (folder / "manifest.csv").mkdir()
    assert "cannot read" in manifest_error(folder)
    assert "cannot read" in manifest_error(folder / "songs" / "two.mid")


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b'file,genre\n"unended', b"x" * 200_000])
def test_a_manifest_that_is_no_table(folder, content):
    (folder / "manifest.csv").write_bytes(content)
    manifest_error(folder)


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ("songs/two.mid,polka,,yes,yes", "genre must be one of electronic, rock"),
        ("songs/two.mid,,,yes,yes", "genre must be one of"),
        ("songs/two.mid,rock,,maybe,yes", "velocity must be one of yes, not-kick"),
        ("songs/two.mid,rock,,no,yes", "velocity must be one of"),
        ("songs/two.mid,rock,,yes,not-kick", "microtiming must be one of yes, no"),
        ("songs/two.mid,rock,,yes", "microtiming must be one of"),
        ("songs/two.mid", "genre must be one of"),
        (",rock,,yes,yes", "file must be a path below"),
        (".,rock,,yes,yes", "file must be a path below"),
        ("../outside.mid,rock,,yes,yes", "file must be a path below"),
        ("songs/../../outside.mid,rock,,yes,yes", "file must be a path below"),
        ("/etc/passwd,rock,,yes,yes", "file must be a path below"),
        ("songs/link.mid,rock,,yes,yes", "file must be a path below"),
        ("songs/loop.mid,rock,,yes,yes", "file must be a path below"),
        ('"songs/two\n.mid",rock,,yes,yes', "file must be a path below"),
        ("songs/two\0.mid,rock,,yes,yes", "file must be a path below"),
        ("loops/../loops/rock/one.mid,rock,,yes,yes", "the file is listed twice"),
    ],
)
def test_a_row_that_cannot_be_believed_is_named(folder, row, complaint):
    (folder.parent / "outside.mid").write_bytes(groove_to_midi(played_beat(9)))
    (folder / "songs" / "link.mid").symlink_to(folder.parent / "outside.mid")
    (folder / "songs" / "loop.mid").symlink_to(folder / "songs" / "loop.mid")
    write_manifest(folder, ROWS[0], row)
    message = manifest_error(folder)
    assert complaint in message
    assert f"manifest.csv, line {3 + row.count(chr(10))}: " in message


@pytest.mark.parametrize("column", ["file", "genre", "velocity", "microtiming"])
def test_a_missing_column_is_named(folder, column):
    write_manifest(folder, *ROWS, head=HEAD.replace(column, "other", 1))
    assert f"{column} must be" in manifest_error(folder)


def test_prepare_stops_at_a_damaged_manifest_before_the_archive(folder, tmp_path):
    write_manifest(folder, "../outside.mid,rock,,yes,yes")
    with pytest.raises(ArchiveError, match="manifest"):
        prepare(None, tmp_path / "data" / "cache.npz", folder)  # it would be downloaded
    assert not (tmp_path / "data").exists()


# Its hash


def test_the_hash_is_that_of_the_lines_of_sha256sum(folder):
    names = ["loops/rock/one.mid", "manifest.csv", "songs/two.mid"]
    lines = subprocess.run(
        ["/usr/bin/sha256sum", *names], cwd=folder, capture_output=True, check=True
    ).stdout
    assert read_extra(folder).sha256 == hashlib.sha256(lines).hexdigest()


def test_any_change_changes_the_hash(folder):
    hashes = {read_extra(folder).sha256, read_extra(folder).sha256}
    assert len(hashes) == 1
    (folder / "songs" / "two.mid").write_bytes(groove_to_midi(played_beat(8)))
    hashes.add(read_extra(folder).sha256)
    write_manifest(folder, ROWS[0], ROWS[1].replace("yes,no", "yes,yes"))
    hashes.add(read_extra(folder).sha256)
    assert len(hashes) == 3


# The real extra data


def test_the_real_manifest_becomes_windows_with_masks(prepared, extra):
    corpus, _ = prepared
    with (extra / "manifest.csv").open(newline="") as file:
        rows = {row["file"]: row for row in csv.DictReader(file)}
    indices = corpus.indices("official", EXTRA)
    assert len(indices) == 534
    for index in indices:
        row = rows[corpus.track_id[corpus.track[index]]]
        assert GENRES[corpus.genre[index]] == row["genre"]
        assert corpus.velocity_known[index, KICK] == (row["velocity"] == "yes")
        assert corpus.microtiming_known[index] == (row["microtiming"] == "yes")
        if row["microtiming"] == "no":
            assert (corpus.microtiming_pattern[index] == AUTO).all()
    assert corpus.velocity_known[:, KICK + 1 :].all()
    assert len(corpus.extra_sha256) == 64


def test_only_extra_windows_have_masks(prepared):
    corpus, _ = prepared
    own = corpus.track_part[corpus.track] != EXTRA
    assert corpus.velocity_known[own].all()
    assert corpus.microtiming_known[own].all()
