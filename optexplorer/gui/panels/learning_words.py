"""Sentences about data and models: how many examples and parameters there are, and how inputs are standardised."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QObject

from optexplorer.engine.landscapes.base import Block
from optexplorer.engine.landscapes.models.data.base import Dataset
from optexplorer.engine.landscapes.models.data.names import shown_names
from optexplorer.engine.landscapes.models.landscape import ModelLandscape, Standardisation
from optexplorer.gui.desktop.window_style import localized
from optexplorer.scene.geometry.ticks import brief

MOST_BLOCKS = 4
MOST_FEATURES = 6


class LearningWords(QObject):
    """Writes the sentences in the window's language."""

    def data_summary(self, data: Dataset) -> str:
        """Return how many examples, inputs and classes there are."""
        parts = [self.tr("%n example(s)", "", data.examples), self.tr("%n input(s)", "", data.features)]
        if data.task == "classification":
            parts.append(self.tr("%n class(es)", "", len(data.classes)))
        return " · ".join(parts)

    def split_summary(self, landscape: ModelLandscape) -> str:
        """Return how many examples are learned from and how many held out; empty if all are learned from."""
        if landscape.held_out is None:
            return ""
        words = self.tr("{0} to learn from, {1} held out")
        return words.format(landscape.examples, len(landscape.held_out.targets))

    def parameter_summary(self, blocks: Sequence[Block], most: int | None = MOST_BLOCKS) -> str:
        """Return how many parameters there are, and the shapes of at most `most` of the arrays that they form."""
        total = sum(math.prod(block.shape) for block in blocks)
        named = [_shape(block) for block in blocks[:most]]
        if most is not None and len(blocks) > most:
            named.append("…")
        return self.tr("{0}: {1}").format(self.tr("%n parameter(s)", "", total), ", ".join(named))

    def standardisation_words(self, data: Dataset, standardisation: Standardisation) -> str:
        """Return mean and standard deviation of the first features, one per line."""
        words = self.tr("{0}: mean {1}, standard deviation {2}")
        shown = zip(shown_names(data).inputs, *standardisation, strict=True)
        lines = [
            words.format(localized(name), brief(float(mean)), brief(float(deviation)))
            for _, (name, mean, deviation) in zip(range(MOST_FEATURES), shown, strict=False)
        ]
        rest = data.features - len(lines)
        if rest > 0:
            lines.append(self.tr("and %n more", "", rest))
        return "\n".join(lines)


def _shape(block: Block) -> str:
    return f"{block.name} {'×'.join(map(str, block.shape))}".rstrip()
