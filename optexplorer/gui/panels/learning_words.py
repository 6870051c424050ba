"""Sentences about data and models: how many examples and parameters there are, and where they come from."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from optexplorer.engine.landscapes.base import Block
from optexplorer.engine.landscapes.models.data.base import Dataset
from optexplorer.engine.landscapes.models.landscape import ModelLandscape, Standardisation
from optexplorer.scene.geometry.ticks import brief

MOST_BLOCKS = 4
MOST_FEATURES = 6


translate = QCoreApplication.translate


def data_summary(data: Dataset) -> str:
    """Return how many examples, inputs and classes there are."""
    parts = [
        translate("LearningWords", "%n example(s)", "", data.examples),
        translate("LearningWords", "%n input(s)", "", data.features),
    ]
    if data.task == "classification":
        parts.append(translate("LearningWords", "%n class(es)", "", len(data.classes)))
    return " · ".join(parts)


def split_summary(landscape: ModelLandscape) -> str:
    """Return how many examples are learned from and how many held out; empty if all are learned from."""
    if landscape.held_out is None:
        return ""
    words = translate("LearningWords", "{0} to learn from, {1} held out")
    return words.format(landscape.examples, len(landscape.held_out.targets))


def parameter_summary(blocks: Sequence[Block], most: int | None = MOST_BLOCKS) -> str:
    """Return how many parameters there are, and the shapes of at most `most` of the arrays that they form."""
    sizes = [_size(block) for block in blocks]
    count = translate("LearningWords", "%n parameter(s)", "", sum(sizes))
    named = [_shape(block) for block in blocks[:most]]
    if most is not None and len(blocks) > most:
        named.append("…")
    return translate("LearningWords", "{0}: {1}").format(count, ", ".join(named))


def _size(block: Block) -> int:
    size = 1
    for side in block.shape:
        size *= side
    return size


def _shape(block: Block) -> str:
    return f"{block.name} {'×'.join(map(str, block.shape))}".rstrip()


def standardisation_words(data: Dataset, standardisation: Standardisation) -> str:
    """Return mean and standard deviation of the first features, one per line."""
    lines = [
        translate("LearningWords", "{0}: mean {1}, standard deviation {2}").format(
            name, brief(float(mean)), brief(float(deviation))
        )
        for name, mean, deviation in zip(
            data.input_names[:MOST_FEATURES],
            standardisation.mean[:MOST_FEATURES],
            standardisation.deviation[:MOST_FEATURES],
            strict=False,
        )
    ]
    rest = data.features - len(lines)
    if rest > 0:
        lines.append(translate("LearningWords", "and %n more", "", rest))
    return "\n".join(lines)
