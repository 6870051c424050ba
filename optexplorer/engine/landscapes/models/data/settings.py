"""Settings that several data sources have, each declared once."""

from __future__ import annotations

from typing import Any

from optexplorer.engine.declaration import hyperparameter
from optexplorer.engine.landscapes.models.data.base import MOST_EXAMPLES
from optexplorer.text import Text


def examples(default: int, least: int = 2, most: int = MOST_EXAMPLES) -> Any:
    """Declare how many examples there are."""
    return hyperparameter(
        default,
        "N",
        Text("Examples", "データ数"),
        Text("How many examples there are.", "データの個数。"),
        ge=least,
        le=most,
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
        Text(
            "How many examples lie far off; at most half of them do.",
            "大きく外れたデータの個数。半数まで。",
        ),
        ge=0,
        le=100,
    )


def wrong_labels() -> Any:
    """Declare how many examples have the name of another class."""
    return hyperparameter(
        0,
        r"N_{\mathrm{out}}",
        Text("Wrong labels", "誤ったラベル"),
        Text(
            "How many examples have the label of another class; at most a quarter of them do.",
            "別のクラスのラベルを付けるデータの個数。4分の1まで。",
        ),
        ge=0,
        le=100,
    )


def separation(default: float, help: Text, ge: float = 0.0, le: float = 10.0) -> Any:
    """Declare how far apart the classes lie."""
    return hyperparameter(default, "d", Text("Separation", "クラスの間隔"), help, ge=ge, le=le)


def scale(default: float = 1.0) -> Any:
    """Declare what the only feature is multiplied by."""
    return hyperparameter(
        default,
        "s",
        Text("Scale of x", "xのスケール"),
        Text("What the inputs are multiplied by.", "入力に掛ける数。"),
        ge=1e-3,
        le=1e3,
        logarithmic=True,
    )


def second_scale(default: float = 1.0) -> Any:
    """Declare what the second of two features is multiplied by."""
    return hyperparameter(
        default,
        "s",
        Text("Scale of x₂", "x₂のスケール"),
        Text(
            "What the second feature is multiplied by. Unequal scales make long, narrow valleys.",
            "2番目の特徴量に掛ける数。スケールが違うと、損失は細長い谷になる。",
        ),
        ge=1e-3,
        le=1e3,
        logarithmic=True,
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
