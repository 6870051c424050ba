"""What the last bits of results depend on."""

from __future__ import annotations

import numpy as np
import pytest

from optexplorer.engine.kernels.library import SWITCH
from optexplorer.runs import versions
from optexplorer.runs.versions import numerical_versions
from optexplorer.version import __version__


def test_the_compiler_counts_where_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    llvmlite = pytest.importorskip("llvmlite")
    monkeypatch.delenv(SWITCH, raising=False)
    found = {"optexplorer": __version__, "numpy": np.__version__, "llvmlite": llvmlite.__version__}
    assert numerical_versions() == found
    monkeypatch.setenv(SWITCH, "off")
    assert numerical_versions() == {**found, "llvmlite": None}


def test_without_the_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "find_spec", lambda name: None)
    versions._llvmlite.cache_clear()
    assert numerical_versions()["llvmlite"] is None
    versions._llvmlite.cache_clear()
