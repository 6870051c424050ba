"""Settings that several data sources have, each declared once."""

from __future__ import annotations

from typing import Any

from optexplorer.engine.declaration import hyperparameter
from optexplorer.engine.landscapes.models.data.base import MOST_EXAMPLES
from optexplorer.text import Text


def examples(default: int) -> Any:
    """Declare how many examples there are."""
    return hyperparameter(
        default,
        "N",
        Text("Examples", "データ数"),
        Text("How many examples there are.", "データの個数。"),
        ge=2,
        le=MOST_EXAMPLES,
        logarithmic=True,
    )


def noise(default: float) -> Any:
    """Declare the standard deviation of the noise."""
    return hyperparameter(
        default,
        r"\sigma",
        Text("Noise", "ノイズ"),
        Text("Standard deviation of what is added to each example.", "各データに加えるノイズの標準偏差。"),
        ge=0,
        le=10,
    )


def outliers() -> Any:
    """Declare how many examples lie far from the others."""
    return hyperparameter(
        0,
        r"N_{\mathrm{out}}",
        Text("Outliers", "外れ値"),
        Text("How many examples lie far off.", "大きく外れたデータの個数。"),
        ge=0,
        le=100,
    )


def seed() -> Any:
    """Declare the seed of the random numbers."""
    return hyperparameter(
        0,
        r"\mathrm{seed}",
        Text("Seed", "乱数シード"),
        Text(
            "Another seed gives other examples of the same kind.",
            "値を変えると、同じ種類の別のデータになる。",
        ),
        ge=0,
        le=9999,
    )
