"""What the studio runs of PocketVAE over beats: as networks in torch, and as graphs in ONNX.

A graph is structure alone. Its weights have the names that `weights_of` gives them, and are put
in where it is loaded (`sessions`): they are on disk once (docs/decisions/0018-runtime.md).
"""

import logging
import warnings
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from functools import cache
from typing import Any, Final

import onnx
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.export import Dim

from pocket_studio.model.config import N_CODES, N_GENRES, BeatConfig
from pocket_studio.model.expression import Conditions, ExpressionModule
from pocket_studio.model.pocket_vae import BeatPocketVAE, tempo_scale
from pocket_studio.model.prior import Wishes
from pocket_studio.music.grid import N_STEPS
from pocket_studio.music.kit import N_DRUMS
from pocket_studio.music.patterns import AUTO

_OPSET: Final = 20  # the first with Gelu
logging.getLogger("torch.onnx").setLevel(logging.ERROR)  # it warns of operators of torchvision

_Axes = dict[int, Any]


class Begin(nn.Module):
    """What the prior is asked for, as `CodePrior.step` hears it; of B windows."""

    def __init__(self, model: BeatPocketVAE) -> None:
        super().__init__()
        self.prior = model.prior

    def forward(
        self, template: Tensor, genre: Tensor, tempo_bpm: Tensor, added: Tensor, kept: Tensor
    ) -> tuple[Tensor, ...]:
        """Return what `CodePrior.begin` does, given [B, 32, 7], [B, 6] and thrice [B]."""
        return self.prior.begin(Wishes(template, genre, tempo_scale(tempo_bpm), added, kept))


class Step(nn.Module):
    """One beat of the prior; of B windows."""

    def __init__(self, model: BeatPocketVAE) -> None:
        super().__init__()
        self.prior = model.prior

    def forward(
        self,
        context: Tensor,
        before: Tensor,
        past: Tensor,
        gumbel: Tensor,
        given: Tensor,
        temperature: Tensor,
        guidance: Tensor,
        beat: Tensor,
    ) -> tuple[Tensor, ...]:
        """Return what `CodePrior.step` does, given the same."""
        return self.prior.step(context, before, past, gumbel, given, temperature, guidance, beat)


class Notes(nn.Module):
    """NOTE's decoder; of B windows."""

    def __init__(self, model: BeatPocketVAE) -> None:
        super().__init__()
        self.note = model.note

    def forward(self, codes: Tensor, template: Tensor) -> tuple[Tensor]:
        """Return logits [B, 32, 7] of codes [B, 8, L] and template [B, 32, 7]."""
        return (self.note.play(codes, template),)


class _Expression(nn.Module):
    """VEL and TIME, of one window.

    Both are told the same: note [1, 32, 7], patterns [2, 32, 7] of int, genre [1, 6],
    tempo_bpm [1], held [1, 32, 7] and the held hits' values [2, 32, 7].
    """

    def __init__(self, model: BeatPocketVAE) -> None:
        super().__init__()
        self.vel, self.time = model.vel, model.time

    def _each(
        self,
        note: Tensor,
        patterns: Tensor,
        genre: Tensor,
        tempo_bpm: Tensor,
        held: Tensor,
        values: Tensor,
    ) -> list[tuple[ExpressionModule, Conditions]]:
        tempo = tempo_scale(tempo_bpm)
        return [
            (module, Conditions(note, pattern, genre, tempo, held, value))
            for module, pattern, value in zip(
                (self.vel, self.time), _halves(patterns), _halves(values), strict=True
            )
        ]


def _halves(both: Tensor) -> tuple[Tensor, Tensor]:
    return both[:1], both[1:]


class Latents(_Expression):
    """The priors of z_V and z_M."""

    vel_spread: Tensor
    time_spread: Tensor

    def __init__(self, model: BeatPocketVAE) -> None:
        super().__init__(model)
        # Worked out beforehand: ONNX has no operation that solves A x = b.
        with torch.no_grad():
            self.register_buffer("vel_spread", model.vel.prior.spread())
            self.register_buffer("time_spread", model.time.prior.spread())

    def forward(self, noise: Tensor, guidance: Tensor, *told: Tensor) -> tuple[Tensor]:
        """Return z_V and z_M [2, 8, z] of normal `noise` [2, 8, z], `guidance` []."""
        spreads = (self.vel_spread, self.time_spread)
        found = [
            module.from_prior(normal, conditions, guidance, spread)
            for (module, conditions), normal, spread in zip(
                self._each(*told), _halves(noise), spreads, strict=True
            )
        ]
        return (torch.cat(found),)


class Values(_Expression):
    """The decoders of VEL and TIME."""

    def forward(self, z: Tensor, noise: Tensor, *told: Tensor) -> tuple[Tensor]:
        """Return V and M [2, 32, 7] of `z` [2, 8, z]; `noise` [2, 32, 7] is each hit's luck."""
        found = [
            module.sample(module.decode(latent, conditions), luck, conditions.pattern)
            for (module, conditions), latent, luck in zip(
                self._each(*told), _halves(z), _halves(noise), strict=True
            )
        ]
        return (torch.cat(found) * told[0],)


class Encode(_Expression):
    """The encoders of VEL and TIME, without a genre and with nothing painted."""

    def forward(self, note: Tensor, values: Tensor, tempo_bpm: Tensor) -> tuple[Tensor, ...]:
        """Return the means and log-variances [2, 8, z] of z_V and z_M.

        Given note [1, 32, 7], V and M [2, 32, 7], tempo_bpm [1].
        """
        unpainted = torch.full((2, N_STEPS, N_DRUMS), AUTO)
        nothing = torch.zeros_like(note), torch.zeros_like(values)
        told = self._each(note, unpainted, torch.zeros(1, N_GENRES), tempo_bpm, *nothing)
        posteriors = [
            module.encode(value, conditions)
            for (module, conditions), value in zip(told, _halves(values), strict=True)
        ]
        return tuple(map(torch.cat, zip(*posteriors, strict=True)))


class Search(nn.Module):
    """What the search for a groove's codes starts from."""

    def __init__(self, model: BeatPocketVAE) -> None:
        super().__init__()
        self.note = model.note

    def forward(self, note: Tensor, template: Tensor) -> tuple[Tensor, ...]:
        """Return z_N [1, 8, D] of note and template [1, 32, 7], and all codebooks [L, K, D]."""
        return self.note.encode(note, template), self.note.vectors()


def networks(model: BeatPocketVAE) -> dict[str, nn.Module]:
    """Return what the studio runs of `model`, by the names of the graphs."""
    kinds = (Begin, Step, Notes, Latents, Values, Encode, Search)
    return {kind.__name__.lower(): kind(model).eval() for kind in kinds}


def weights_of(model: BeatPocketVAE) -> dict[str, NDArray[Any]]:
    """Return the weights of `model`, and what is worked out of them for the graphs."""
    spreads = dict(Latents(model).named_buffers(recurse=False))
    named = {**model.state_dict(), **spreads}
    return {name: tensor.detach().cpu().contiguous().numpy() for name, tensor in named.items()}


@cache
def export(config: BeatConfig) -> Mapping[str, bytes]:
    """Return the graphs of every model of these sizes, ONNX protocol buffers."""
    with torch.random.fork_rng(), torch.no_grad():
        model = BeatPocketVAE(config)
        running = networks(model)
        return {
            name: _exported(running[name], *example, set(weights_of(model)))
            for name, example in _examples(running, config).items()
        }


def _examples(
    running: Mapping[str, nn.Module], config: BeatConfig
) -> dict[str, tuple[tuple[Tensor, ...], tuple[_Axes, ...] | None]]:
    """Return what each network may be given, and which of its inputs' axes have any length."""
    # Lengths of 0 and 1 would be taken for constants.
    windows, n = Dim("windows"), 5
    note, both = torch.zeros(1, N_STEPS, N_DRUMS), torch.zeros(2, N_STEPS, N_DRUMS)
    tempo, one = torch.full((1,), 120.0), torch.ones(())
    told = note, both.long(), torch.zeros(1, N_GENRES), tempo, note, both
    z = torch.zeros(2, N_CODES, config.z_size)
    codes = torch.zeros(n, N_CODES, config.n_codebooks, dtype=torch.long)
    template, gumbel = (
        torch.zeros(n, N_STEPS, N_DRUMS),
        torch.zeros(*codes[:, 0].shape, config.codebook_size),
    )
    wishes = template, torch.zeros(n, N_GENRES), *torch.ones(3, n)
    context, before, past = running["begin"](*wishes)
    each, thrice = {0: windows}, 3 * windows
    return {
        "begin": (wishes, (each,) * len(wishes)),
        "step": (
            (context[0], before, past, gumbel, codes[:, 0], one, one, torch.zeros(1).long()),
            ({0: thrice}, each, {2: thrice}, each, each, {}, {}, {}),
        ),
        "notes": ((codes, template), (each, each)),
        "latents": ((z, one, *told), None),
        "values": ((z, both, *told), None),
        "encode": ((note, both, tempo), None),
        "search": ((note, note), None),
    }


def _exported(
    network: nn.Module,
    example: tuple[Tensor, ...],
    axes: tuple[_Axes, ...] | None,
    external: AbstractSet[str],
) -> bytes:
    """Return `network` as a graph that is to be given the `external` weights by their names."""
    example = tuple(each.clone() for each in example)  # one tensor twice would be one input
    with warnings.catch_warnings():
        # torch.export warns of its own use of its own names.
        warnings.filterwarnings("ignore", ".*LeafSpec.*", FutureWarning)
        # Unoptimised: else weights are folded into others, which have no names.
        program = torch.onnx.export(
            torch.export.export(network, example, dynamic_shapes=axes),
            dynamo=True,
            opset_version=_OPSET,
            optimize=False,
            verbose=False,
        )
    if program is None:
        raise RuntimeError("torch.onnx.export returned nothing")
    model = program.model_proto
    graph = model.graph
    del graph.value_info[:], model.metadata_props[:]
    for node in graph.node:
        del node.metadata_props[:]  # where in the code it came from, ten times its own size
    for weight in graph.initializer:
        if weight.name in external:
            weight.ClearField("raw_data")
            weight.data_location = onnx.TensorProto.EXTERNAL
            del weight.external_data[:]
            weight.external_data.add(key="location", value=weight.name)
    serialized: bytes = model.SerializeToString(deterministic=True)
    return serialized
