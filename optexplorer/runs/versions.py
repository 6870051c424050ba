"""The versions of what computes: with the same ones, the same numbers come out to the last bit."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec

import numpy as np

from optexplorer.engine.kernels.library import switched_off
from optexplorer.version import __version__


def numerical_versions() -> dict[str, str | None]:
    """Return the versions of program and libraries that the last bits of results depend on.

    None of llvmlite says that nothing is compiled, because it is missing or kernels are switched off.
    """
    compiled = None if switched_off() else _llvmlite()
    return {"optexplorer": __version__, "numpy": np.__version__, "llvmlite": compiled}


@cache
def _llvmlite() -> str | None:
    if find_spec("llvmlite") is None:
        return None
    from importlib.metadata import version

    return version("llvmlite")
