import json

import pytest
import torch
from handmade import DETAILED, TINY

from pocket_studio.corpus import GENRES
from pocket_studio.errors import CheckpointError
from pocket_studio.model.checkpoint import Checkpoint, load, save

USAGE = {genre: [1 / TINY.codebook_size] * TINY.codebook_size for genre in ("any", *GENRES)}


@pytest.fixture
def saved(model, tmp_path):
    """The path of a small checkpoint."""
    path = tmp_path / "small.safetensors"
    save(Checkpoint(model, 0.42, USAGE, {"split": "official"}), path)
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


def weights_of(model):
    return {name: tensor.tolist() for name, tensor in model.state_dict().items()}


def test_a_checkpoint_reloads_as_it_was_saved(model, saved):
    loaded = load(saved)
    assert loaded.model.config == TINY
    assert not loaded.model.training
    assert loaded.note_threshold == 0.42
    assert loaded.training == {"split": "official"}
    assert set(loaded.code_usage) == {"any", *GENRES}
    assert len(loaded.digest) == 12
    assert weights_of(loaded.model) == weights_of(model)


def test_a_second_codebook_reloads(detailed, tmp_path, batch):
    path = tmp_path / "detailed.safetensors"
    save(Checkpoint(detailed, 0.5, USAGE, {}), path)
    loaded = load(path)
    assert loaded.model.config == DETAILED
    with torch.no_grad():
        mine, theirs = (
            m.encode_notes(batch.note, batch.template) for m in (detailed, loaded.model)
        )
    assert torch.equal(mine.codes, theirs.codes)
    assert torch.equal(mine.details, theirs.details)


def test_equal_weights_have_equal_digests(model, saved, tmp_path):
    loaded = load(saved)
    save(loaded, tmp_path / "again.safetensors")
    assert load(tmp_path / "again.safetensors").digest == loaded.digest
    with torch.no_grad():
        model.skel_p.project.bias += 1
    save(Checkpoint(model, 0.42, USAGE, {}), tmp_path / "other.safetensors")
    assert load(tmp_path / "other.safetensors").digest != loaded.digest


@pytest.mark.parametrize("suffix", [".safetensors", ".json"])
def test_missing_file(saved, suffix):
    saved.with_suffix(suffix).unlink()
    assert "cannot read the checkpoint" in error_of(saved)


def test_a_directory_is_no_checkpoint(saved):
    saved.unlink()
    saved.mkdir()
    assert "cannot read the checkpoint" in error_of(saved)


@pytest.mark.parametrize("n_bytes", [0, 7, 100, -4])
def test_truncated_weights(saved, n_bytes):
    saved.write_bytes(saved.read_bytes()[:n_bytes])
    error_of(saved)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"no JSON"])
def test_damaged_json(saved, content):
    saved.with_suffix(".json").write_bytes(content)
    assert "is not valid JSON" in error_of(saved)


@pytest.mark.parametrize("content", ["[]", "1", "null", '"text"', "{}", '{"name": "other"}'])
def test_json_of_another_file(saved, content):
    saved.with_suffix(".json").write_text(content)
    assert "is not a checkpoint of format version 2" in error_of(saved)


def test_json_of_other_weights(model, saved, tmp_path):
    with torch.no_grad():
        model.skel_p.project.bias += 1
    other = tmp_path / "other.safetensors"
    save(Checkpoint(model, 0.5, USAGE, {}), other)
    other.with_suffix(".json").replace(saved.with_suffix(".json"))
    assert "does not belong to the JSON file" in error_of(saved)


@pytest.mark.parametrize("version", [0, 1, 3, "2", None])
def test_other_format_version(saved, version):
    edit(saved, format_version=version)
    assert "format version 2" in error_of(saved)


def test_other_genres(saved):
    edit(saved, genres=["polka"])
    assert "does not belong" in error_of(saved)


@pytest.mark.parametrize(
    "changes",
    [
        {"model": {"skel_size": 9}},
        {"model": {"skel_size": 0}},
        {"model": {"detail_size": 12}},
        {"model": {"colour": 3}},
        {"model": []},
        {"note_threshold": "high"},
        {"note_threshold": None},
        {"note_threshold": 1.0},
        {"note_threshold": float("nan")},
        {"training": None},
        {"code_usage": {"any": USAGE["any"]}},
        {"code_usage": {**USAGE, "jazz": [0.5, 0.5]}},
        {"code_usage": {**USAGE, "jazz": ["often"] * TINY.codebook_size}},
        {"code_usage": None},
    ],
    ids=lambda changes: "-".join(changes),
)
def test_config_that_does_not_fit_the_weights(saved, changes):
    if isinstance(changes.get("model"), dict):
        changes = {
            "model": {
                **json.loads(saved.with_suffix(".json").read_text())["model"],
                **changes["model"],
            }
        }
    edit(saved, **changes)
    assert "is damaged" in error_of(saved)


@pytest.mark.parametrize("suffix", [".json", ".pt", ""])
def test_a_path_of_another_kind(saved, suffix):
    assert "is not a .safetensors file" in error_of(saved.with_suffix(suffix))


def test_a_save_that_fails_leaves_the_old_checkpoint(model, saved):
    before = load(saved).digest
    with torch.no_grad():
        model.skel_p.project.bias += 1
    with pytest.raises(TypeError):
        save(Checkpoint(model, 0.5, USAGE, {"unwritable": object()}), saved)
    assert load(saved).digest == before
    assert len(list(saved.parent.iterdir())) == 2
