import json
import subprocess
import sys
from dataclasses import asdict, replace

import numpy as np
import pytest
from handmade import TINY_BEATS

from pocket_studio.errors import CheckpointError
from pocket_studio.model.checkpoint import Checkpoint, load, save
from pocket_studio.music.genres import GENRES

N_CODES = TINY_BEATS.codebook_size
USAGE = {genre: [1 / N_CODES] * N_CODES for genre in ("any", *GENRES)}
SMALL = Checkpoint(
    TINY_BEATS,
    {"a": np.arange(6, dtype=np.float32).reshape(2, 3), "b": np.array(True)},
    {"begin": b"one graph", "step": b"another"},
    USAGE,
    {"split": "official"},
)
SUFFIXES = (".safetensors", ".graphs.safetensors", ".json")


@pytest.fixture
def saved(tmp_path):
    """The path of a small checkpoint."""
    path = tmp_path / "small.safetensors"
    save(SMALL, path)
    return path


def edit(path, **changes):
    """Change fields of the JSON file; None removes one."""
    config = json.loads(path.with_suffix(".json").read_text())
    config |= changes
    kept = {name: value for name, value in config.items() if value is not None}
    path.with_suffix(".json").write_text(json.dumps(kept))


def error_of(path):
    with pytest.raises(CheckpointError) as caught:
        load(path)
    message = str(caught.value)
    assert len(message.splitlines()) == 1
    assert str(path.stem) in message
    return message


def other(**changes):
    return replace(SMALL, **changes)


def test_a_checkpoint_reloads_as_it_was_saved(saved):
    loaded = load(saved)
    assert loaded.config == TINY_BEATS
    assert loaded.training == {"split": "official"}
    assert set(loaded.code_usage) == {"any", *GENRES}
    assert len(loaded.digest) == 12
    assert loaded.graphs == SMALL.graphs
    assert set(loaded.weights) == set(SMALL.weights)
    for name, weight in SMALL.weights.items():
        assert loaded.weights[name].dtype == weight.dtype
        np.testing.assert_array_equal(loaded.weights[name], weight)


def test_loading_does_without_torch(saved):
    code = (
        "import sys; from pathlib import Path; from pocket_studio.model import checkpoint;"
        "checkpoint.load(Path(sys.argv[1])); sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code, saved], check=False).returncode == 0


def test_equal_weights_have_equal_digests(saved, tmp_path):
    loaded = load(saved)
    save(replace(loaded, graphs={"begin": b"written anew"}), tmp_path / "again.safetensors")
    assert load(tmp_path / "again.safetensors").digest == loaded.digest
    save(other(weights={"a": np.zeros(3)}), tmp_path / "other.safetensors")
    assert load(tmp_path / "other.safetensors").digest != loaded.digest


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_missing_file(saved, suffix):
    saved.with_suffix(suffix).unlink()
    assert "cannot read the checkpoint" in error_of(saved)


def test_a_directory_is_no_checkpoint(saved):
    saved.unlink()
    saved.mkdir()
    assert "cannot read the checkpoint" in error_of(saved)


@pytest.mark.parametrize("suffix", SUFFIXES[:2])
@pytest.mark.parametrize("n_bytes", [0, 7, 100, -4])
def test_truncated_file(saved, suffix, n_bytes):
    path = saved.with_suffix(suffix)
    path.write_bytes(path.read_bytes()[:n_bytes])
    error_of(saved)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"no JSON"])
def test_damaged_json(saved, content):
    saved.with_suffix(".json").write_bytes(content)
    assert "is not valid JSON" in error_of(saved)


@pytest.mark.parametrize("content", ["[]", "1", "null", '"text"', "{}", '{"name": "other"}'])
def test_json_of_another_file(saved, content):
    saved.with_suffix(".json").write_text(content)
    assert "is not a checkpoint of format version 4" in error_of(saved)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_file_of_another_checkpoint(saved, tmp_path, suffix):
    path = tmp_path / "other.safetensors"
    save(other(weights={"a": np.zeros(3)}, graphs={"begin": b"of another"}), path)
    path.with_suffix(suffix).replace(saved.with_suffix(suffix))
    assert "does not belong to the files beside it" in error_of(saved)


@pytest.mark.parametrize("version", [0, 3, 5, "4", None])
def test_other_format_version(saved, version):
    edit(saved, format_version=version)
    assert "format version 4" in error_of(saved)


def test_other_genres(saved):
    edit(saved, genres=["polka"])
    assert "does not belong" in error_of(saved)


@pytest.mark.parametrize(
    "changes",
    [
        {"model": {**asdict(TINY_BEATS), "z_size": 6}},
        {"model": {**asdict(TINY_BEATS), "note_size": 0}},
        {"model": {**asdict(TINY_BEATS), "colour": 3}},
        {"model": []},
        {"training": None},
        {"code_usage": {"any": USAGE["any"]}},
        {"code_usage": {**USAGE, "jazz": [0.5, 0.5]}},
        {"code_usage": {**USAGE, "jazz": ["often"] * N_CODES}},
        {"code_usage": None},
    ],
    ids=lambda changes: "-".join(changes),
)
def test_json_that_does_not_fit_the_graphs(saved, changes):
    edit(saved, **changes)
    assert "is damaged" in error_of(saved)


@pytest.mark.parametrize("suffix", [".json", ".pt", ""])
def test_a_path_of_another_kind(saved, suffix):
    assert "is not a .safetensors file" in error_of(saved.with_suffix(suffix))


def test_a_save_that_fails_leaves_the_old_checkpoint(saved):
    before = load(saved).digest
    with pytest.raises(TypeError):
        save(other(weights={"a": np.zeros(3)}, training={"unwritable": object()}), saved)
    assert load(saved).digest == before
    assert len(list(saved.parent.iterdir())) == len(SUFFIXES)
