"""Settings that several models have, each declared once."""

from __future__ import annotations

from typing import Any

from optexplorer.engine.declaration import hyperparameter
from optexplorer.text import Text


def initial_sigma(default: float, help: Text) -> Any:
    """Declare the standard deviation of initial weights."""
    return hyperparameter(
        default, r"\sigma", Text("σ of the initial weights", "初期値のσ"), help, gt=0, le=10, logarithmic=True
    )


def initial_seed() -> Any:
    """Declare the seed of initial weights."""
    return hyperparameter(
        0,
        r"\mathrm{seed}",
        Text("Seed of the initial weights", "初期値のシード"),
        Text("Another seed gives other initial weights.", "値を変えると、別の初期値から始まる。"),
        ge=0,
        le=9999,
    )
