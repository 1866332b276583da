"""The exported graphs in ONNX Runtime play what the networks in torch play."""

import subprocess
import sys
from functools import partial

import numpy as np
import pytest
from handmade import TINY_BEATS, groove_of, plain_template

from pocket_studio.model.checkpoint import load
from pocket_studio.model.config import SAMPLED
from pocket_studio.model.graphs import networks
from pocket_studio.model.player import Asked, Known, Player
from pocket_studio.model.sessions import Sessions
from pocket_studio.model.trained import checkpoint_of, model_of
from pocket_studio.model.trunk import on_arrays
from pocket_studio.music.genres import GENRES
from pocket_studio.music.kit import CLOSED_HAT, KICK, SNARE

CLOSE = partial(np.testing.assert_allclose, rtol=1e-4, atol=1e-4)
FUNK = np.eye(6, dtype=np.float32)[2]


@pytest.fixture(scope="module", params=["tiny", "shipped"])
def checkpoint(request):
    if request.param == "shipped":
        return load()
    import torch

    from pocket_studio.model.pocket_vae import BeatPocketVAE

    torch.manual_seed(0)
    usage = {genre: [1 / 8] * 8 for genre in ("any", *GENRES)}
    return checkpoint_of(BeatPocketVAE(TINY_BEATS), usage, {})


@pytest.fixture(scope="module")
def players(checkpoint):
    """The player in ONNX Runtime, and one that runs the networks in torch."""
    running = networks(model_of(checkpoint))

    def run(name, *inputs):
        return on_arrays(running[name])(*inputs)

    return (
        Player(checkpoint.config, Sessions(checkpoint.graphs, checkpoint.weights)),
        Player(checkpoint.config, run),
    )


@pytest.fixture
def random():
    return np.random.default_rng(0)


def normal(random, *shape):
    return random.standard_normal(shape, dtype=np.float32)


def known(random, *, painted, held):
    note = (random.random((32, 7)) < 0.2).astype(np.float32)
    patterns = np.full((2, 32, 7), -1, np.int8)
    if painted:
        patterns = np.stack([random.integers(-1, n, (32, 7), np.int8) for n in (5, 3)])
    cells = (note > 0) & (random.random((32, 7)) < 0.5) & held
    return Known(note, patterns, FUNK, 93.0, cells, cells * random.random((2, 32, 7), np.float32))


@pytest.mark.parametrize("n", [1, 2, 65])
@pytest.mark.parametrize("given", ["nothing", "a beat", "all but a detail", "bare codes"])
def test_codes_and_hits(players, random, n, given):
    config = players[0].config
    template = np.repeat(plain_template()[None].astype(np.float32), n, 0)
    asked = Asked(template, FUNK, 93.0, 12.0, -1.0)
    gumbel = random.gumbel(size=(n, 8, config.n_codebooks, config.codebook_size))
    codes = np.full((n, 8, config.n_codebooks), SAMPLED)
    if given == "a beat":
        codes[:, 2] = 1
    elif given == "all but a detail":
        codes[:] = 3
        codes[-1, 5, 1] = SAMPLED
    elif given == "bare codes":
        codes[..., 1:] = -1
    played, wanted = (
        player.codes(asked, gumbel.astype(np.float32), 0.9, 2.5, codes) for player in players
    )
    np.testing.assert_array_equal(played[0], wanted[0])
    CLOSE(*(found[1] for found in (played, wanted)))
    hits = [player.hits(played[0], template) for player in players]
    np.testing.assert_array_equal(*hits)


@pytest.mark.parametrize("painted", [False, True])
@pytest.mark.parametrize("held", [False, True])
def test_feel(players, random, painted, held):
    noise = normal(random, 2, 8, players[0].config.z_size)
    luck = normal(random, 2, 32, 7)
    told = known(random, painted=painted, held=held)
    latents = [player.latents(noise, told, 3.0) for player in players]
    CLOSE(*latents)
    CLOSE(*(player.values(latents[0], told, luck) for player in players))


def test_reference(players):
    groove = groove_of(
        *((step, KICK, 0.8, 0.1) for step in range(0, 32, 8)),
        *((step, SNARE, 0.9, 0.2) for step in range(4, 32, 8)),
        *((step, CLOSED_HAT, 0.3 + step / 64, -0.1) for step in range(0, 32, 2)),
    )
    np.testing.assert_array_equal(*(player.search(groove) for player in players))
    for played, wanted in zip(*(player.encode(groove) for player in players), strict=True):
        CLOSE(played, wanted)


def test_weights_are_on_disk_once(checkpoint):
    assert sum(map(len, checkpoint.graphs.values())) < 600_000


def test_playing_does_without_torch():
    code = (
        "import sys, numpy as np; from pocket_studio import Studio;"
        "Studio.load().groove(np.zeros((32, 7)));"
        "sys.exit(str([name for name in ('torch', 'onnx', 'onnxscript') if name in sys.modules]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.strip() == "[]"
