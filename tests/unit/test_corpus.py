import csv
import io
import urllib.request
import zipfile
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from handmade import groove_of, played_beat, small_corpus, track_of

from pocket_studio import corpus as corpus_module
from pocket_studio import metrics
from pocket_studio.corpus import (
    GENRES,
    NO_GENRE,
    PARTS,
    SPLITS,
    Corpus,
    Entry,
    corpus_of,
    load,
    prepare,
    style_to_genre,
    track_parts,
    windows,
)
from pocket_studio.errors import ArchiveError, CacheMissingError, InvalidMidiError
from pocket_studio.grid import MAX_TEMPO_BPM, MIN_TEMPO_BPM
from pocket_studio.kit import CLOSED_HAT, KICK, RIDE, SNARE
from pocket_studio.patterns import microtiming_pattern_of, template_of, velocity_pattern_of

ARCHIVE = Path(__file__).parents[3] / "shared" / "data" / "groove-v1.0.0-midionly.zip"


@pytest.mark.parametrize(
    ("style", "genre"),
    [
        ("rock", "rock"),
        ("rock/halftime", "rock"),
        ("rock/shuffle", "blues"),
        ("funk/groove1", "funk"),
        ("funk/purdieshuffle", "blues"),
        ("jazz/swing", "jazz"),
        ("jazz/shuffle", "blues"),
        ("hiphop/groove6", "hiphop"),
        ("blues/shuffle", "blues"),
        ("blues", "blues"),
        ("dance/disco", "electronic"),
        ("latin/samba", None),
        ("rockabilly", None),
        ("", None),
    ],
)
def test_style_to_genre(style, genre):
    assert style_to_genre(style) == genre


# Windows


def test_windows_are_two_bars_a_bar_apart():
    first, second = played_beat(1), played_beat(2)
    found = list(windows(track_of(first, second), "rock"))
    assert len(found) == 3
    assert found[0] == first
    assert found[2] == second


@pytest.mark.parametrize(
    ("drums", "genre", "kept"),
    [
        ((KICK, SNARE, CLOSED_HAT), "rock", True),
        ((KICK, SNARE, CLOSED_HAT), None, True),
        ((KICK, SNARE), "rock", False),
        ((KICK, SNARE), "jazz", False),
        ((KICK, CLOSED_HAT, RIDE), "rock", False),
        ((SNARE, CLOSED_HAT, RIDE), None, False),
        ((SNARE, CLOSED_HAT, RIDE), "jazz", True),
    ],
)
def test_windows_need_three_drums_and_outside_jazz_kick_and_snare(drums, genre, kept):
    groove = groove_of(*((4 * number, drum, 0.5, 0) for number, drum in enumerate(drums)))
    assert len(list(windows(track_of(groove), genre))) == kept


def test_a_corpus_of_nothing_usable_says_so():
    entry = Entry("0", "rock", "train", track_of(groove_of((0, KICK, 1, 0))))
    with pytest.raises(InvalidMidiError, match="no two bars"):
        corpus_of([entry])


def test_a_corpus_derives_templates_patterns_and_genres():
    corpus = small_corpus()
    assert len(corpus) == 30
    for index in (0, 4, 17):
        groove = corpus.groove(index)
        assert np.array_equal(corpus.template[index], template_of(groove))
        assert np.array_equal(corpus.velocity_pattern[index], velocity_pattern_of(groove))
        assert np.array_equal(corpus.microtiming_pattern[index], microtiming_pattern_of(groove))
    assert corpus.genre[::3][:6].tolist() == [
        *(GENRES.index(genre) for genre in ("rock", "funk", "jazz", "hiphop", "electronic")),
        NO_GENRE,
    ]


# Splits


def track_ids(n):
    return np.array([f"drummer{i % 9}/session{i % 4}/{i}" for i in range(n)])


@pytest.mark.parametrize("split", SPLITS[1:])
def test_random_splits_are_80_10_10_and_do_not_depend_on_the_order(split):
    ids, official = track_ids(200), np.full(200, "test")
    parts = track_parts(split, ids, official)
    assert [int((parts == part).sum()) for part in PARTS] == [160, 20, 20]
    order = np.random.default_rng(1).permutation(200)
    assert np.array_equal(track_parts(split, ids[order], official[order]), parts[order])


def test_random_splits_differ_and_stay():
    parts = [track_parts(split, track_ids(200), track_ids(200)) for split in SPLITS[1:]]
    for number, part in enumerate(parts):
        assert all((part != other).any() for other in parts[number + 1 :])
    # Scores are only comparable while everybody's split 0 is this one.
    assert np.flatnonzero(parts[0] == "validation")[:6].tolist() == [18, 28, 32, 37, 44, 56]


def test_the_official_split_is_the_data_sets_own():
    corpus = small_corpus()
    assert corpus.indices("official", "validation").tolist() == list(range(18, 24))
    assert corpus.indices("official", "test").tolist() == list(range(24, 30))


@pytest.mark.parametrize("split", ["5", "", "train"])
def test_unknown_split_is_refused(split):
    with pytest.raises(ValueError, match="the splits are"):
        small_corpus().indices(split, "train")


# The cache


@pytest.fixture
def cache(tmp_path):
    """A small cache as `prepare` writes it."""
    corpus = small_corpus()
    path = tmp_path / "cache.npz"
    values = {field.name: getattr(corpus, field.name) for field in fields(Corpus)}
    np.savez_compressed(path, version=np.int64(corpus_module.CACHE_VERSION), **values)
    return path


def cache_error(path):
    with pytest.raises(CacheMissingError) as caught:
        load(path)
    message = str(caught.value)
    assert "pocket_studio prepare" in message
    assert "\n" not in message
    return message


def test_a_whole_cache_is_loaded(cache):
    assert len(load(cache)) == 30
    assert load(cache).archive_sha256 == "made by hand"


def test_missing_cache(tmp_path):
    assert "there is no training cache" in cache_error(tmp_path / "none.npz")
    assert "there is no training cache" in cache_error(tmp_path)


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04", b"\x93NUMPY\x01\x00v\x00"])
def test_a_file_that_is_no_cache(tmp_path, content):
    path = tmp_path / "cache.npz"
    path.write_bytes(content)
    assert "is damaged" in cache_error(path)


def test_a_single_array_is_no_cache(tmp_path):
    path = tmp_path / "cache.npz"
    with path.open("wb") as file:
        np.save(file, np.zeros(3))
    assert "is damaged" in cache_error(path)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_truncated_cache(cache, share):
    content = cache.read_bytes()
    cache.write_bytes(content[: int(share * len(content))])
    assert "is damaged" in cache_error(cache)


@pytest.mark.parametrize("seed", range(8))
def test_overwritten_cache(cache, seed):
    content = bytearray(cache.read_bytes())
    first = int(np.random.default_rng(seed).integers(200, len(content) // 2))
    content[first : first + 200] = bytes(range(200))
    cache.write_bytes(content)
    assert "is damaged" in cache_error(cache)


def test_cache_of_another_version(cache, monkeypatch):
    monkeypatch.setattr(corpus_module, "CACHE_VERSION", corpus_module.CACHE_VERSION + 1)
    assert "is of another version" in cache_error(cache)


def test_cache_without_a_field(tmp_path):
    path = tmp_path / "cache.npz"
    np.savez_compressed(path, version=np.int64(corpus_module.CACHE_VERSION), note=np.zeros(3))
    assert "is damaged" in cache_error(path)


# The archive


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not the archive"])
def test_wrong_archive_is_one_line_and_leaves_no_cache(tmp_path, content):
    archive, cache = tmp_path / "archive.zip", tmp_path / "cache.npz"
    archive.write_bytes(content)
    with pytest.raises(
        ArchiveError, match=r"^.* is not groove-v1\.0\.0-midionly\.zip: SHA-256 .*$"
    ):
        prepare(archive, cache)
    assert not cache.exists()


@pytest.mark.parametrize("name", ["missing.zip", ""])
def test_unreadable_archive(tmp_path, name):
    with pytest.raises(ArchiveError, match="cannot read"):
        prepare(tmp_path / name, tmp_path / "cache.npz")


def test_interrupted_download_leaves_nothing_beside_the_cache(tmp_path, monkeypatch):
    def fail(*_, **__):
        raise ConnectionResetError("connection reset by peer")

    monkeypatch.setattr(urllib.request, "urlopen", fail)
    with pytest.raises(ArchiveError, match="connection reset by peer"):
        prepare(None, tmp_path / "data" / "cache.npz")
    assert list(tmp_path.rglob("*.*")) == []


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """The real corpus as prepared, and as loaded from its cache."""
    if not ARCHIVE.is_file():
        pytest.skip(f"the Groove MIDI Dataset is not at {ARCHIVE}")
    cache = tmp_path_factory.mktemp("prepared") / "groove.npz"
    return prepare(ARCHIVE, cache), load(cache)


@pytest.fixture(scope="module")
def info(prepared):
    """The rows of the data set's table that are 4/4 beats."""
    assert prepared
    with zipfile.ZipFile(ARCHIVE) as archive:
        text = io.StringIO(archive.read("groove/info.csv").decode())
    rows = csv.DictReader(text)
    return [r for r in rows if r["beat_type"] == "beat" and r["time_signature"] == "4-4"]


@pytest.mark.parametrize("field", [field.name for field in fields(Corpus)])
def test_prepared_and_loaded_are_the_same(prepared, field):
    made, loaded = (getattr(corpus, field) for corpus in prepared)
    assert np.array_equal(made, loaded)
    assert np.asarray(made).dtype == np.asarray(loaded).dtype


def test_every_4_4_beat_is_a_track(prepared, info):
    corpus, _ = prepared
    assert corpus.track_id.tolist() == [row["id"] for row in info]
    assert corpus.track_part.tolist() == [row["split"] for row in info]
    tempos = np.clip([float(row["bpm"]) for row in info], MIN_TEMPO_BPM, MAX_TEMPO_BPM)
    assert corpus.track_tempo_bpm == pytest.approx(tempos, abs=0.01)


def test_real_windows_are_valid_and_follow_the_rules(prepared):
    corpus, _ = prepared
    assert len(corpus) > 10_000
    played = corpus.note.any(axis=1)
    assert (played.sum(axis=1) >= 3).all()
    not_jazz = corpus.genre != GENRES.index("jazz")
    assert played[not_jazz][:, [KICK, SNARE]].all()
    assert set(np.unique(corpus.note)) == {0, 1}
    rests = corpus.note == 0
    assert not corpus.velocity[rests].any()
    assert not corpus.microtiming[rests].any()
    assert corpus.velocity[~rests].min() >= 1 / 127 - 1e-6
    assert corpus.velocity.max() <= 1
    assert -1 <= corpus.microtiming.min() < -0.9
    assert 0.9 < corpus.microtiming.max() < 1


def test_all_genres_have_windows_in_the_official_training_part(prepared):
    corpus, _ = prepared
    train = corpus.genre[corpus.indices("official", "train")]
    assert set(np.unique(train)) == {NO_GENRE, *range(len(GENRES))}


@pytest.mark.parametrize("split", SPLITS)
def test_no_track_is_in_two_parts(prepared, split):
    corpus, _ = prepared
    tracks = [set(corpus.track[corpus.indices(split, part)]) for part in PARTS]
    assert all(tracks)
    assert sum(map(len, tracks)) == len(set.union(*tracks)) == len(set(corpus.track))


def test_the_template_alone_is_a_fair_guess_at_the_notes(prepared):
    corpus, _ = prepared
    test = corpus.indices("official", "test")
    template = corpus.template[test].astype(np.float32)
    # A grid, pitch or template rule gone wrong shows here first.
    assert metrics.note_f1_micro(corpus.note[test], template) == pytest.approx(0.68, abs=0.02)
