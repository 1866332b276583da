"""How the priors of z are trained on, once VEL and TIME are learnt."""

from typing import Final

import torch
from torch import Tensor, nn

from pocket_studio.model.expression import Conditions, ExpressionModule
from pocket_studio.model.pocket_vae import BeatPocketVAE
from pocket_studio.music.patterns import AUTO
from pocket_studio.research.corpus import Corpus, Indices
from pocket_studio.research.corpus.batch import Batch, over_windows
from pocket_studio.research.training.config import WEIGHT_DECAY, TrainingConfig
from pocket_studio.research.training.contours import Random, conditions, moved, painted, values_of
from pocket_studio.research.training.loop import Loss, Scores
from pocket_studio.research.training.recipe import Recipe

_SETTLED_SHARE: Final = 0.5  # at the peak of the rate it is worse than where it begins


def latents_recipe(name: str) -> Recipe[BeatPocketVAE]:
    """Return the further training of the prior of z of VEL ("vel") or TIME ("time").

    These stay as they are. While the posteriors moved it could only follow them; what it leaves
    between itself and them is what new grooves are recognised by.
    """

    def divergence(model: BeatPocketVAE, batch: Batch, told: Conditions, random: Random) -> Tensor:
        module: ExpressionModule = getattr(model, name)
        with torch.no_grad():
            z, logvar = module.from_posterior(values_of(module.name, batch), told, random)
        return module.divergence(z, logvar, told)

    def loss(
        model: BeatPocketVAE, batch: Batch, config: TrainingConfig, _progress: float, random: Random
    ) -> Loss:
        batch = moved(batch, random)
        told = painted(getattr(model, name).name, batch, config, random)
        kl = divergence(model, batch, told, random).mean()
        return kl, {f"{name}_kl": kl}

    def validate(model: BeatPocketVAE, corpus: Corpus, windows: Indices) -> Scores:
        random = torch.Generator().manual_seed(0)

        def play(batch: Batch) -> tuple[Tensor, ...]:
            told = conditions(batch, torch.full(batch.note.shape, AUTO))
            return (divergence(model, batch, told, random),)

        (kl,) = over_windows(play, corpus, windows)
        return {"kl": float(kl.mean()), "score": float(kl.mean())}

    return Recipe(
        BeatPocketVAE,
        lambda model: {name: nn.ModuleDict({"prior": getattr(model, name).prior})},
        loss,
        validate,
        _SETTLED_SHARE,
        WEIGHT_DECAY,
    )
