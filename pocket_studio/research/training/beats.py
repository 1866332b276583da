"""How PocketVAE over beats is trained: its losses and its validation scores."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

import torch
from torch import Tensor, nn

from pocket_studio.model.config import N_CODES, N_GENRES
from pocket_studio.model.expression import Conditions, ExpressionModule
from pocket_studio.model.note import NoteModule, note_error
from pocket_studio.model.pocket_vae import BeatPocketVAE, tempo_scale
from pocket_studio.model.prior import Wishes
from pocket_studio.model.trunk import one_hot_or_zeros
from pocket_studio.music.patterns import AUTO
from pocket_studio.research import metrics
from pocket_studio.research.corpus import Corpus, Indices
from pocket_studio.research.corpus.batch import Batch, over_windows
from pocket_studio.research.training.config import WEIGHT_DECAY, TrainingConfig
from pocket_studio.research.training.contours import (
    Random,
    coins,
    conditions,
    known_of,
    moved,
    painted,
    paper_pattern,
    values_of,
)
from pocket_studio.research.training.hiding import hide
from pocket_studio.research.training.latents import latents_recipe
from pocket_studio.research.training.loop import Loss, Scores
from pocket_studio.research.training.recipe import Recipe

KL_WEIGHTS: Final = {"velocity": 0.25, "microtiming": 0.25}
ANNEALED_SHARE: Final = 0.15
_PREFIX_SHARES: Final = (0.3, 0.2)  # windows decoded from the code alone, from it and a detail
_MIXED_SHARE: Final = 0.5  # of the windows decoded from all of the codes: beats of other loops too
_UNTOLD_SHARE: Final = 0.5
_PLAYED_SHARE: Final = 0.4  # windows whose template has only hits that are played


def _note(
    model: BeatPocketVAE, batch: Batch, config: TrainingConfig, _progress: float, random: Random
) -> Loss:
    """Return the loss of NOTE, equation (3)."""
    seen = _sketched(batch, config, random)
    z = model.note.encode(seen.note, seen.template)
    prefixes = model.note.lookup(model.note.nearest(z.detach()))  # [B, 8, L, D]
    terms = {"commitment": (z.unsqueeze(2) - prefixes).square().sum((1, 2, 3)).mean()}
    prefix = _prefix(len(z), prefixes.shape[2], random)
    vectors = prefixes[torch.arange(len(z)), :, prefix]
    vectors = z + (vectors - z).detach()
    mixed = _mixed(prefix == prefixes.shape[2] - 1, random)
    logits = model.note.decode(mixed(vectors), mixed(seen.template))
    terms["note"] = note_error(logits, mixed(seen.note)).mean()
    model.note.update_codebooks(z.detach(), random)
    return terms["note"] + config.commitment * terms["commitment"], terms


def _expression_recipe(name: str) -> Recipe[BeatPocketVAE]:
    """Return the training of VEL ("vel") or TIME ("time"), equation (4) in nats."""

    def loss(
        model: BeatPocketVAE, batch: Batch, config: TrainingConfig, progress: float, random: Random
    ) -> Loss:
        module: ExpressionModule = getattr(model, name)
        batch = moved(batch, random)
        told = painted(module.name, batch, config, random)
        nll, kl = expression_terms(module, batch, told, random)
        annealed = KL_WEIGHTS[module.name] * min(progress / ANNEALED_SHARE, 1.0)
        return nll + annealed * kl, {f"{name}_nll": nll, f"{name}_kl": kl}

    return Recipe(
        BeatPocketVAE,
        lambda model: {name: getattr(model, name)},
        loss,
        lambda model, corpus, windows: validate_expression(getattr(model, name), corpus, windows),
        ANNEALED_SHARE,
        WEIGHT_DECAY,
    )


def _prior(
    model: BeatPocketVAE, batch: Batch, config: TrainingConfig, _progress: float, random: Random
) -> Loss:
    """Return the loss of the prior over the codes of NOTE, which stays as it is."""
    seen = _sketched(batch, config, random)
    told = _wishes(seen)
    untold = [torch.rand(len(seen.note), generator=random) < _UNTOLD_SHARE for _ in range(2)]
    told = replace(
        told,
        added=told.added.masked_fill(untold[0], -1),
        kept=told.kept.masked_fill(untold[1], -1),
    )
    terms = prior_terms(model, seen, told)
    return torch.stack(list(terms.values())).sum(), terms


def expression_terms(
    module: ExpressionModule, batch: Batch, told: Conditions, random: Random
) -> tuple[Tensor, Tensor]:
    """Return the two terms of equation (4) in nats a window, at a sample of the posterior.

    The negative log-likelihood of the hits that are known and not held, and the posterior's
    divergence from the prior.
    """
    values = values_of(module.name, batch)
    z, logvar = module.from_posterior(values, told, random)
    log_density = module.decode(z, told)
    found = log_density.gather(-1, module.bin_of(values).unsqueeze(-1)).squeeze(-1)
    counts = batch.note * known_of(module.name, batch) * (1 - told.held)
    return -(found * counts).sum((1, 2)).mean(), module.divergence(z, logvar, told).mean()


def prior_terms(model: BeatPocketVAE, batch: Batch, told: Wishes) -> dict[str, Tensor]:
    """Return the prior's cross-entropies, nats a code and nats each detail."""
    with torch.no_grad():
        codes = model.note.nearest(model.note.encode(batch.note, batch.template))
    logits = model.prior(codes, told)
    return {
        f"prior_{level}": nn.functional.cross_entropy(
            logits[:, :, level].flatten(0, 1), codes[..., level].flatten()
        )
        for level in range(codes.shape[-1])
    }


def validate_notes(note: NoteModule, corpus: Corpus, windows: Indices) -> Scores:
    """Score NOTE's reconstruction of `windows` from each prefix of the codes."""

    def play(batch: Batch) -> tuple[Tensor, ...]:
        codes = note.nearest(note.encode(batch.note, batch.template))
        prefixes = note.lookup(codes).unbind(2)
        return *((note.decode(p, batch.template) > 0).float() for p in prefixes), codes[..., 0]

    *played, codes = over_windows(play, corpus, windows)
    true = corpus.note[windows]
    f1 = [metrics.note_f1_micro(true, notes) for notes in played]
    return {
        **{f"note_f1_micro_{n + 1}": score for n, score in enumerate(f1)},
        "note_exact": metrics.note_exact(true, played[-1]),
        "codes_used": float(len(set(codes.ravel().tolist()))),
        "score": sum(1 - score for score in f1),
    }


def validate_expression(module: ExpressionModule, corpus: Corpus, windows: Indices) -> Scores:
    """Score VEL or TIME on the true notes of `windows`.

    `nll` and `kl` in nats a window, at a sample of the posterior, and `mse_told`, of its mean, with
    the genre and the dominant cymbal's pattern (each step's for TIME) given; `mse_untold` without;
    `score` is the bound that training minimises.
    """
    random = torch.Generator().manual_seed(0)

    def play(batch: Batch) -> tuple[Tensor, ...]:
        values = values_of(module.name, batch)
        told = conditions(batch, paper_pattern(module.name, batch))
        unpainted = torch.full_like(told.pattern, AUTO)
        untold = conditions(batch, unpainted, torch.full_like(batch.genre, -1))
        nll, kl = expression_terms(module, batch, told, random)
        errors = []
        for each in (told, untold):
            found = module.mean_of(module.decode(module.encode(values, each)[0], each))
            errors.append(((found - values).square() * batch.note).sum((1, 2)))
        n = len(values)
        return nll.expand(n), kl.expand(n), *errors, batch.note.sum((1, 2))

    nll, kl, told, untold, hits = over_windows(play, corpus, windows)
    return {
        "nll": float(nll.mean()),
        "kl": float(kl.mean()),
        "mse_told": float(told.sum() / hits.sum()),
        "mse_untold": float(untold.sum() / hits.sum()),
        "score": float(nll.mean() + KL_WEIGHTS[module.name] * kl.mean()),
    }


def validate_prior(model: BeatPocketVAE, corpus: Corpus, windows: Indices) -> Scores:
    """Score the prior on `windows`, in nats, asked for no number of hits."""

    def play(batch: Batch) -> tuple[Tensor, ...]:
        untold = torch.full((len(batch.note),), -1.0)
        terms = prior_terms(model, batch, replace(_wishes(batch), added=untold, kept=untold))
        return (torch.stack(list(terms.values())).expand(len(batch.note), -1),)

    (nats,) = over_windows(play, corpus, windows)
    means = nats.mean(0)
    return {
        **{f"validation_prior_{level}": float(mean) for level, mean in enumerate(means)},
        "score": float(means.sum()),
    }


def _sketched(batch: Batch, config: TrainingConfig, random: Random) -> Batch:
    """Return `batch` as a sketch shows it: some hits that were not played are not drawn either."""
    seen = moved(batch, random)
    played = coins((len(seen.note), 1, 1), _PLAYED_SHARE, random)
    drawn = torch.where(played, seen.template * seen.note, seen.template)
    return hide(replace(seen, template=drawn), config, random)


def _mixed(whole: Tensor, random: Random) -> Callable[[Tensor], Tensor]:
    """Return what puts beats of other loops into some of those that are `whole` [B].

    It takes values [B, 8, ...] or [B, 32, ...], and the same beats come from the same loops, with
    as much of their codes as is drawn for those. A beat whose code and details are known is to
    sound the same beside any others, or an edit would not stay where it is made.
    """
    n = len(whole)
    order = torch.randperm(n, generator=random)
    some = whole & coins((n,), _MIXED_SHARE, random)
    beats = some.unsqueeze(1) & coins((n, N_CODES), torch.rand((n, 1), generator=random), random)

    def mixed(values: Tensor) -> Tensor:
        other = beats.repeat_interleave(values.shape[1] // N_CODES, 1).unsqueeze(-1)
        return torch.where(other, values[order], values)

    return mixed


def _wishes(batch: Batch) -> Wishes:
    """Return what is true of `batch`."""
    asked = batch.template.sum((1, 2))
    kept = (batch.template * batch.note).sum((1, 2))
    return Wishes(
        batch.template,
        one_hot_or_zeros(batch.genre, N_GENRES),
        tempo_scale(batch.tempo_bpm),
        batch.note.sum((1, 2)) - kept,
        torch.where(asked > 0, kept / asked.clamp_min(1), -1.0),
    )


def _prefix(n: int, n_books: int, random: Random) -> Tensor:
    """Return which prefix of the codes each of `n` windows is decoded from."""
    drawn = torch.rand(n, generator=random)
    prefix = torch.full((n,), n_books - 1)
    before = 0.0
    for level, share in enumerate(_PREFIX_SHARES[: n_books - 1]):
        prefix[(drawn >= before) & (drawn < before + share)] = level
        before += share
    return prefix


RECIPES: Final[Mapping[str, Recipe[BeatPocketVAE]]] = {
    "beat_note": Recipe(
        BeatPocketVAE,
        lambda model: {"note": model.note},
        _note,
        lambda model, corpus, windows: validate_notes(model.note, corpus, windows),
        weight_decay=WEIGHT_DECAY,
    ),
    "beat_vel": _expression_recipe("vel"),
    "beat_time": _expression_recipe("time"),
    "beat_prior": Recipe(
        BeatPocketVAE,
        lambda model: {"prior": model.prior},
        _prior,
        validate_prior,
        weight_decay=WEIGHT_DECAY,
    ),
    "beat_vel_prior": latents_recipe("vel"),
    "beat_time_prior": latents_recipe("time"),
}
