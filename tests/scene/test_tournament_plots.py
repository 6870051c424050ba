"""Ranks and profiles of a tournament as plots."""

from __future__ import annotations

from math import inf

import numpy as np

from optexplorer.scene.tournament_plots import LARGEST_RATIO, tournament_sheet
from optexplorer.text import Text

NAMES = [Text("Slow", "遅い"), Text("Fast", "速い")]
LOSSES = np.array([[3.0, 1.0], [2.0, 1.0], [5.0, inf]])
COSTS = np.array([[10.0, 5.0], [4.0, 4.0], [20.0, inf]])


def test_the_best_stands_at_the_top() -> None:
    ranks, data, performance = tournament_sheet(NAMES, LOSSES, COSTS, 0.1, 50, 4).plots
    assert [interval.middle for interval in ranks.intervals] == [1.0, 2.0]
    assert [words.en for _, words in ranks.y.names] == ["Fast", "Slow"]
    assert [interval.at for interval in ranks.intervals] == [1.5, 0.5]
    slow, fast = data.lines
    assert (slow.x[0], slow.x[-1], slow.y[-1]) == (1.0, 50.0, 1.0)
    assert fast.y[-1] == 2 / 3
    assert performance.x.high == LARGEST_RATIO
    assert [line.y[-1] for line in performance.lines] == [1.0, 2 / 3]
    # At a ratio of 1: the slow one is best, or as good, on two of three problems.
    assert [line.y[line.x <= 1.0].max() for line in performance.lines] == [2 / 3, 2 / 3]


def test_before_anything_is_finished_there_is_a_word_for_it() -> None:
    nothing = np.empty((0, 2))
    sheet = tournament_sheet(NAMES, nothing, nothing, 0.1, 50, 4)
    assert all(plot.absence is not None for plot in sheet.plots)
    assert "0 of 4 problems" in sheet.notes[0].en


def test_nobody_solving_anything_is_a_picture_too() -> None:
    sheet = tournament_sheet(NAMES, np.full((2, 2), inf), np.full((2, 2), inf), 0.1, 50, 2)
    assert [line.y[-1] for line in sheet.plots[1].lines] == [0.0, 0.0]


def test_many_optimizers_differ_by_dashes_where_colours_repeat() -> None:
    names = [Text(str(k), str(k)) for k in range(20)]
    lines = tournament_sheet(names, np.ones((2, 20)), np.ones((2, 20)), 0.1, 50, 2).plots[1].lines
    assert len({(line.colour, line.dash) for line in lines}) == 20
