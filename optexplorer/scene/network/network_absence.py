"""Why a landscape has no picture of a network."""

from __future__ import annotations

from optexplorer.engine.landscapes.base import Landscape
from optexplorer.engine.landscapes.models.landscape import ModelLandscape
from optexplorer.scene.network.drawn_units import MOST_HIDDEN
from optexplorer.scene.network.tracing import is_network
from optexplorer.text import Text


def absence_of_network(landscape: Landscape) -> Text | None:
    """Return why there is no picture of a network; None if there is one."""
    if not isinstance(landscape, ModelLandscape):
        return Text(
            "There is no network here: this landscape is a formula or a painting. Choose one that learns from data.",
            "ここにはネットワークがない。この地形は数式か手描きである。データから学習する地形を選ぶ。",
        )
    if not is_network(landscape.predictor):
        title = landscape.definition.model.title
        return Text(
            f"The model '{title.en}' has no layers to be drawn. Choose a multilayer perceptron.",
            f"モデル「{title.ja}」には描く層がない。多層パーセプトロンを選ぶ。",
        )
    hidden = sum(1 for block in landscape.blocks if len(block.shape) == 2) - 1
    if hidden > MOST_HIDDEN:
        return Text(
            f"This network has {hidden} hidden layers; at most {MOST_HIDDEN} are drawn.",
            f"このネットワークの隠れ層は{hidden}層。描けるのは{MOST_HIDDEN}層まで。",
        )
    return None
