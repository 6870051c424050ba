"""Brushes: what they change, that they do not depend on the hand's speed, and where they stop."""

from __future__ import annotations

import numpy as np
import pytest

from optexplorer.engine.landscapes.painted.brush import INVERSE, Brush, Stroke, smoothed


def stroke(heights: np.ndarray, brush: Brush, *places: tuple[float, float]) -> np.ndarray:
    drawn = Stroke(heights, 1.0)
    for place in places:
        drawn.move(brush, place)
    return drawn.heights


def test_raising_heaps_up_a_round_hill_and_lowering_takes_it_away() -> None:
    flat = np.zeros((41, 41))
    hill = stroke(flat, Brush("raise", 0.2, 1.0), (20, 20))
    assert not flat.any()
    assert hill.max() == hill[20, 20] > 0
    assert np.array_equal(hill, hill.T)
    rows, columns = np.nonzero(hill)
    assert (np.hypot(rows - 20, columns - 20) < 8).all()
    assert np.allclose(stroke(hill, Brush("raise", 0.2, 1.0).inverted(), (20, 20)), 0, atol=1e-15)


def test_a_fast_hand_draws_what_a_slow_one_does() -> None:
    flat, brush = np.zeros((50, 80)), Brush("raise", 0.1, 0.5)
    fast = stroke(flat, brush, (10, 25), (70, 25))
    slow = stroke(flat, brush, *((10 + 0.7 * k, 25.0) for k in range(85)), (70, 25))
    assert np.allclose(fast, slow, atol=0.02 * fast.max())


def test_smoothing_wears_down_and_levelling_flattens() -> None:
    rough = np.random.default_rng(0).normal(size=(40, 40))
    path = [(x, 20.0) for x in range(5, 35)]
    worn = stroke(rough, Brush("smooth", 0.2, 1.0), *path)
    middle = (slice(17, 24), slice(10, 30))
    assert np.std(worn[middle]) < 0.5 * np.std(rough[middle])
    level = stroke(rough, Brush("level", 0.2, 1.0), *path)
    assert np.abs(level[19:22, 10:30] - rough[20, 5]).max() < 0.2 * np.abs(rough[19:22, 10:30]).max()


def test_edges_and_far_places_do_no_harm() -> None:
    flat = np.zeros((20, 30))
    assert not stroke(flat, Brush("raise", 0.1, 1.0), (-500, -500)).any()
    assert stroke(flat, Brush("raise", 0.1, 1.0), (0, 0))[0, 0] > 0
    assert np.isfinite(stroke(flat, Brush("level", 0.3, 1.0), (-4, 50), (1e9, 1e9))).all()
    assert not stroke(flat, Brush("raise", 0.1, 1.0), (np.nan, 3)).any()


def test_heights_stay_within_bounds() -> None:
    drawn = Stroke(np.full((10, 10), 9.99e8), 1e12)
    assert drawn.move(Brush("raise", 0.5, 1.0), (5, 5)).max() == 1e9


def test_smoothing_keeps_the_mean_of_a_bump_and_flat_ground() -> None:
    bump = np.zeros((9, 9))
    bump[4, 4] = 16.0
    assert smoothed(bump).sum() == pytest.approx(16.0)
    assert np.array_equal(smoothed(np.full((5, 7), 0.5)), np.full((5, 7), 0.5))
    assert INVERSE[INVERSE["raise"]] == "raise"
