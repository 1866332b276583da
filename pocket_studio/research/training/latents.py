"""How the priors of z are trained on, once VEL and TIME are learnt."""

from typing import Final

import torch
from torch import Tensor, nn

from pocket_studio.model.expression import Conditions, ExpressionModule
from pocket_studio.model.pocket_vae import BeatPocketVAE
from pocket_studio.music.patterns import AUTO
from pocket_studio.research.corpus import Corpus
from pocket_studio.research.corpus.batch import Batch, over_windows
from pocket_studio.research.training.config import WEIGHT_DECAY, TrainingConfig
from pocket_studio.research.training.contours import Random, conditions, moved, painted, values_of
from pocket_studio.research.training.loop import Indices, Loss, Phase, Scores

_SETTLED_SHARE: Final = 0.5  # at the peak of the rate it is worse than where it begins


def latents_phase(
    name: str,
    model: BeatPocketVAE,
    config: TrainingConfig,
    corpus: Corpus,
    windows: Indices,
    epochs: int,
) -> Phase:
    """Return the further training of the prior of z of `model`'s VEL or TIME, which stays as it is.

    While the posteriors moved it could only follow them; what it leaves between itself and them is
    what new grooves are recognised by.
    """
    module: ExpressionModule = getattr(model, name).eval()

    def divergence(batch: Batch, told: Conditions, random: Random) -> Tensor:
        with torch.no_grad():
            z, logvar = module.from_posterior(values_of(module.name, batch), told, random)
        return module.divergence(z, logvar, told)

    def loss(batch: Batch, _progress: float, random: Random) -> Loss:
        batch = moved(batch, random)
        kl = divergence(batch, painted(module.name, batch, config, random), random).mean()
        return kl, {f"{name}_kl": kl}

    def validate() -> Scores:
        random = torch.Generator().manual_seed(0)

        def play(batch: Batch) -> tuple[Tensor, ...]:
            told = conditions(batch, torch.full(batch.note.shape, AUTO))
            return (divergence(batch, told, random),)

        (kl,) = over_windows(play, corpus, windows)
        return {"kl": float(kl.mean()), "score": float(kl.mean())}

    return Phase(
        nn.ModuleDict({name: nn.ModuleDict({"prior": module.prior})}),
        epochs,
        loss,
        validate,
        _SETTLED_SHARE,
        WEIGHT_DECAY,
    )
