"""Whether a human played (section 4.1): a discriminator of a system's grooves from the humans'."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from torch import Tensor, nn

from pocket_studio.music.grid import MAX_MICROTIMING_TICKS
from pocket_studio.music.kit import N_DRUMS
from pocket_studio.research import metrics
from pocket_studio.research.corpus import Corpus, Indices
from pocket_studio.research.evaluation.classifiers import probabilities
from pocket_studio.research.evaluation.results import Discriminated
from pocket_studio.research.evaluation.scores import human
from pocket_studio.research.evaluation.systems import Played, System

IS_HUMAN: Final = 1
_MAX_VELOCITY_MIDI: Final = 127
_SIZE: Final = 64
_DILATIONS: Final = (1, 2, 4)  # in steps
_DROPOUT: Final = 0.3
_LOUDNESS: Final = 3.0  # of velocity and microtiming beside the notes
_N_EPOCHS: Final = 8
_N_DISCRIMINATORS: Final = 3
_BATCH_SIZE: Final = 128
_LEARNING_RATE: Final = 2e-3


@dataclass(frozen=True)
class Sides:
    """What humans and a system played, [n] and [m] grooves."""

    human: Played
    system: Played


class Discriminator(nn.Module):
    """Convolutions around the loop, then the mean and the spread over its steps of what they hear.

    It hears what an exported MIDI file says: velocities as whole numbers of 1..127, microtiming in
    whole ticks. A system's numbers are finer than a human's recorded ones, which would give it away
    although nobody can hear it.
    """

    def __init__(self) -> None:
        super().__init__()
        self.input = nn.Conv1d(3 * N_DRUMS, _SIZE, 1)
        self.layers = nn.ModuleList(
            nn.Sequential(
                nn.Conv1d(
                    _SIZE,
                    _SIZE,
                    3,
                    padding=dilation,
                    dilation=dilation,
                    padding_mode="circular",
                ),
                nn.BatchNorm1d(_SIZE),
                nn.ReLU(),
                nn.Dropout(_DROPOUT),
            )
            for dilation in _DILATIONS
        )
        self.output = nn.Sequential(
            nn.Linear(2 * _SIZE, _SIZE), nn.ReLU(), nn.Dropout(_DROPOUT), nn.Linear(_SIZE, 2)
        )

    def forward(self, note: Tensor, velocity: Tensor, microtiming: Tensor) -> Tensor:
        """Return the logits [B, 2] of grooves given as N, V and M [B, 32, 7]."""
        velocity, microtiming = as_exported(note, velocity, microtiming)
        heard = torch.cat([note, _LOUDNESS * velocity, _LOUDNESS * microtiming], -1)
        states = self.input(heard.transpose(1, 2))  # [B, size, 32]
        for layer in self.layers:
            states = states + layer(states)
        logits: Tensor = self.output(torch.cat([states.mean(2), states.std(2)], -1))
        return logits


def as_exported(note: Tensor, velocity: Tensor, microtiming: Tensor) -> tuple[Tensor, Tensor]:
    """Return V and M [B, 32, 7], of hits N, as far as a MIDI file says them (`midi.writing`)."""
    midi = (velocity * _MAX_VELOCITY_MIDI).round().clamp(1, _MAX_VELOCITY_MIDI)
    ticks = (microtiming * MAX_MICROTIMING_TICKS).round()
    ticks = ticks.clamp(-MAX_MICROTIMING_TICKS, MAX_MICROTIMING_TICKS - 1)
    return midi / _MAX_VELOCITY_MIDI * note, ticks / MAX_MICROTIMING_TICKS * note


def human_or_model(training: Sides, test: Sides, seed: int) -> tuple[float, Discriminator]:
    """Train a discriminator on `training`; return its AUC on `test`, and itself.

    The two must share no track. An AUC of .5 says that they cannot be told apart.
    """
    discriminator = _trained(training, seed)
    scores = [
        probabilities(discriminator, played)[:, IS_HUMAN] for played in (test.human, test.system)
    ]
    is_human = np.repeat([True, False], [len(score) for score in scores])
    auc = metrics.area_under_curve(np.concatenate(scores).astype(np.float64), is_human)
    return auc, discriminator


def discriminator_scores(
    system: System, corpus: Corpus, training: Indices, indices: Indices, seed: int
) -> Discriminated:
    """Return how well discriminators tell new grooves from the humans': AUC, .5 is chance.

    Each of three learns from windows `training` and is judged on windows `indices`, of other
    tracks; each has its own new grooves for both, and its own random weights. `auc` is their mean,
    `auc_sd` their standard deviation.
    """
    aucs = []
    for own_seed in range(seed, seed + _N_DISCRIMINATORS):
        learnt, judged = (
            Sides(human(corpus, windows), system.generate(corpus, windows, own_seed))
            for windows in (training, indices)
        )
        auc, _ = human_or_model(learnt, judged, own_seed)
        aucs.append(auc)
    return Discriminated(auc=float(np.mean(aucs)), auc_sd=float(np.std(aucs, ddof=1)))


def _trained(sides: Sides, seed: int) -> Discriminator:
    grooves = [
        torch.from_numpy(np.concatenate([getattr(sides.human, name), getattr(sides.system, name)]))
        for name in ("note", "velocity", "microtiming")
    ]
    n_each = [len(sides.human.note), len(sides.system.note)]
    is_human = torch.from_numpy(np.repeat([IS_HUMAN, 1 - IS_HUMAN], n_each))
    random = np.random.default_rng(seed)
    torch.manual_seed(seed)
    discriminator = Discriminator()
    optimizer = torch.optim.AdamW(discriminator.parameters(), lr=_LEARNING_RATE)
    n_batches = -(-len(is_human) // _BATCH_SIZE)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, _N_EPOCHS * n_batches)
    for _ in range(_N_EPOCHS):
        for at in np.array_split(random.permutation(len(is_human)), n_batches):
            logits = discriminator(*(values[at] for values in grooves))
            loss = nn.functional.cross_entropy(logits, is_human[at])
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call] # torch has no type for it
            optimizer.step()
            schedule.step()
    return discriminator.eval()
