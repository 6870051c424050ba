"""The versions of what computes: with the same ones, the same numbers come out to the last bit."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec

import numpy as np

from optexplorer.version import __version__


@cache
def _llvmlite() -> str | None:
    """Return the version of the compiler of kernels; None without it."""
    if find_spec("llvmlite") is None:
        return None
    from importlib.metadata import version

    return version("llvmlite")


def numerical_versions() -> dict[str, str | None]:
    """Return the versions of program and libraries that the last bits of results depend on; None of what is missing."""
    return {"optexplorer": __version__, "numpy": np.__version__, "llvmlite": _llvmlite()}
