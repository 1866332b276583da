from dataclasses import fields

import numpy as np
import pytest
from handmade import small_corpus

from pocket_studio.errors import CacheMissingError
from pocket_studio.research.corpus import CACHE_VERSION, Corpus, load
from pocket_studio.research.corpus import cache as cache_module


@pytest.fixture
def cache(tmp_path):
    """A small cache as `prepare` writes it."""
    corpus = small_corpus(n_extra=2)
    path = tmp_path / "cache.npz"
    values = {field.name: getattr(corpus, field.name) for field in fields(Corpus)}
    np.savez_compressed(path, version=np.int64(CACHE_VERSION), **values)
    return path


def cache_error(path):
    with pytest.raises(CacheMissingError) as caught:
        load(path)
    message = str(caught.value)
    assert "pocket_studio prepare" in message
    assert "\n" not in message
    return message


def test_a_whole_cache_is_loaded(cache):
    loaded = load(cache)
    assert len(loaded) == 36
    assert loaded.archive_sha256 == "made by hand"
    assert loaded.extra_sha256 == ""


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
    monkeypatch.setattr(cache_module, "CACHE_VERSION", CACHE_VERSION + 1)
    assert "is of another version" in cache_error(cache)


def test_cache_without_a_field(tmp_path):
    path = tmp_path / "cache.npz"
    np.savez_compressed(path, version=np.int64(CACHE_VERSION), note=np.zeros(3))
    assert "is damaged" in cache_error(path)


@pytest.mark.parametrize("field", [field.name for field in fields(Corpus)])
def test_prepared_and_loaded_are_the_same(prepared, field):
    made, loaded = (getattr(corpus, field) for corpus in prepared)
    assert np.array_equal(made, loaded)
    assert np.asarray(made).dtype == np.asarray(loaded).dtype
