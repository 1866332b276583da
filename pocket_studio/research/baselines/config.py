"""The sizes of the paper's model."""

from dataclasses import dataclass, fields


@dataclass(frozen=True)
class ModelConfig:
    """Sizes of PocketVAE; the defaults are the paper's (sections 3.4.1-3.4.4) where it names them.

    `detail_size` is the number of entries in a second codebook for what the first leaves over, 0
    for none, as in the paper (docs/decisions/0011-detail.md).

    Raises
    ------
    ValueError
        If a size is not a positive whole number.
    """

    skel_hidden_size: int = 128
    skel_size: int = 16
    note_hidden_size: int = 256
    note_channels: int = 256
    codebook_size: int = 64
    detail_size: int = 0
    code_size: int = 16
    expression_hidden_size: int = 256
    z_size: int = 64
    prior_hidden_size: int = 128
    prior_embedding_size: int = 32

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            least = 0 if field.name == "detail_size" else 1
            if type(value) is not int or not least <= value <= 4096:
                raise ValueError(f"{field.name} must be a whole number in {least}..4096")
