import csv
import io
import urllib.request
import zipfile

import numpy as np
import pytest

from pocket_studio.errors import ArchiveError
from pocket_studio.music.grid import MAX_TEMPO_BPM, MIN_TEMPO_BPM
from pocket_studio.research.corpus import EXTRA, prepare


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


def test_every_4_4_beat_is_a_track(prepared, archive):
    with zipfile.ZipFile(archive) as members:
        text = io.StringIO(members.read("groove/info.csv").decode())
    rows = csv.DictReader(text)
    info = [r for r in rows if r["beat_type"] == "beat" and r["time_signature"] == "4-4"]
    corpus, _ = prepared
    own = corpus.track_part != EXTRA
    assert corpus.track_id[own].tolist() == [row["id"] for row in info]
    assert corpus.track_part[own].tolist() == [row["split"] for row in info]
    tempos = np.clip([float(row["bpm"]) for row in info], MIN_TEMPO_BPM, MAX_TEMPO_BPM)
    assert corpus.track_tempo_bpm[own] == pytest.approx(tempos, abs=0.01)
