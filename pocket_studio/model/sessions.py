"""The exported networks in ONNX Runtime (docs/decisions/0018-runtime.md)."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import onnxruntime
from numpy.typing import NDArray

_ERRORS_ONLY: Final = 3


class Sessions:
    """Runs graphs by their names, on one thread each; safe to use from several at once.

    Parameters
    ----------
    graphs : Mapping of str to bytes
        ONNX models without weights.
    weights : Mapping of str to array
        By the names that the graphs have for them.
    """

    def __init__(self, graphs: Mapping[str, bytes], weights: Mapping[str, NDArray[Any]]) -> None:
        # To ONNX Runtime each weight is a file of its own that the graphs refer to.
        files = [weight.reshape(-1).view(np.uint8) for weight in weights.values()]
        sizes = [len(file) for file in files]
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.use_deterministic_compute = True
        options.log_severity_level = _ERRORS_ONLY
        options.add_external_initializers_from_files_in_memory(list(weights), files, sizes)
        self._sessions = {
            name: onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
            for name, graph in graphs.items()
        }
        self._inputs = {
            name: [each.name for each in session.get_inputs()]
            for name, session in self._sessions.items()
        }

    def __call__(self, name: str, *inputs: NDArray[Any]) -> list[NDArray[Any]]:
        """Return what the graph `name` makes of `inputs`, in its order."""
        named = dict(zip(self._inputs[name], inputs, strict=True))
        outputs: list[NDArray[Any]] = self._sessions[name].run(None, named)
        return outputs
