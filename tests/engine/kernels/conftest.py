"""Kernels for few points, so that tests are quick."""

from __future__ import annotations

import pytest

from optexplorer.engine import kernels
from optexplorer.engine.kernels import library


@pytest.fixture
def few_points(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let kernels be used for however few points."""
    pytest.importorskip("llvmlite")
    monkeypatch.setattr(kernels, "LEAST_POINTS", 1)
    monkeypatch.setattr(kernels, "LEAST_WORK", 1)
    monkeypatch.delenv(library.SWITCH, raising=False)
