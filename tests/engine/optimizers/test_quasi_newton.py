"""BFGS keeps a matrix, and so only of points that are not too long."""

from __future__ import annotations

import numpy as np
import pytest

from optexplorer.engine import landscapes
from optexplorer.engine.optimizers.quasi_newton import BFGS, LBFGS, MOST_PARAMETERS


def test_a_matrix_that_would_not_fit_into_memory_is_refused_before_it_is_made() -> None:
    with pytest.raises(ValueError, match=r"100,000 x 100,000 numbers; at most 1,000 .* choose l-bfgs"):
        BFGS().init(np.zeros(100_000))
    assert LBFGS().init(np.zeros(100_000)).pairs == ()
    assert BFGS().init(np.zeros(MOST_PARAMETERS)).inverse.shape == (MOST_PARAMETERS, MOST_PARAMETERS)


def test_points_that_learn_nothing_forget_nothing() -> None:
    # The third is at rest.
    landscape, optimizer = landscapes.get("rosenbrock"), LBFGS(history_size=3, lr=0.1)
    starts = np.array([[-1.2, 0.5, 1.0, 2.0], [1.0, 0.5, 1.0, -1.0]])
    update, x, state = optimizer.bind(landscape), starts, optimizer.init(starts)
    alone = [(start, optimizer.init(start)) for start in starts.T.copy()]
    with np.errstate(all="ignore"):
        for _ in range(30):
            step, state = update(landscape.gradient(x), state, x, 0.1)
            x = x + step
            for place, (y, memory) in enumerate(alone):
                step, memory = update(landscape.gradient(y), memory, y, 0.1)
                alone[place] = y + step, memory
            assert len(state.pairs) <= 3
            np.testing.assert_array_equal(x.T, [y for y, _ in alone])
