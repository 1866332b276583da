"""What every table says of the machine it was measured on."""

import platform
from os import cpu_count
from pathlib import Path

import numpy as np


def describe_machine() -> str:
    """Return the processor, cores and Python version in one line."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        name = next(line.partition(":")[2].strip() for line in lines if "model name" in line)
    except (OSError, StopIteration):
        name = platform.processor()
    return f"{name}, {cpu_count()} cores, Python {platform.python_version()}"


def percentiles(times_ms: list[float]) -> str:
    """Return p50 and p95 as two columns of a table."""
    p50, p95 = np.percentile(times_ms, [50, 95])
    return f"{p50:9.1f}{p95:9.1f}"
