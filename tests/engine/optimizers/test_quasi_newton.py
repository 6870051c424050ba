"""BFGS keeps a matrix, and so only of points that are not too long."""

from __future__ import annotations

import numpy as np
import pytest

from optexplorer.engine.optimizers.quasi_newton import BFGS, LBFGS, MOST_PARAMETERS


def test_a_matrix_that_would_not_fit_into_memory_is_refused_before_it_is_made() -> None:
    with pytest.raises(ValueError, match=r"100,000 x 100,000 numbers; at most 1,000 .* choose l-bfgs"):
        BFGS().init(np.zeros(100_000))
    assert LBFGS().init(np.zeros(100_000)).pairs == ()
    assert BFGS().init(np.zeros(MOST_PARAMETERS)).inverse.shape == (MOST_PARAMETERS, MOST_PARAMETERS)
