"""Rendered sound as the page takes it."""

import numpy as np
from numpy.typing import NDArray

from pocket_studio.editor.protocol import Json, bytes_to_text
from pocket_studio.rendering import SAMPLE_RATE


def sound_to_json(pcm: NDArray[np.int16]) -> Json:
    """Write `pcm` [n_frames, channels] as base64 of interleaved little-endian samples."""
    n_frames, channels = pcm.shape
    return {
        "pcm16": bytes_to_text(pcm.astype("<i2").tobytes()),
        "sample_rate": SAMPLE_RATE,
        "channels": channels,
        "n_frames": n_frames,
    }
