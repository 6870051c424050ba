"""Up to which curvature the steps of an optimizer do not swing out, where that is known.

On a quadratic loss with Hessian H, a rule that is linear in the gradients multiplies the distance to the minimum along
each eigenvector of H by the powers of a small matrix. The limits below are where an eigenvalue of that matrix reaches −1:
from there on each step swings further to the other side than the one before.

References
----------
Cohen, Kaur, Li, Kolter & Talwalkar (2021), Gradient descent on neural networks typically occurs at the edge of stability,
ICLR, section 2 and appendix B; Cohen et al. (2022), Adaptive gradient methods at the edge of stability, arXiv:2207.14484.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class StabilityLimit(NamedTuple):
    """The limit that an optimizer sets at one learning rate.

    Its steps do not swing out where the largest eigenvalue of P^(−1/2) (H + decay · I) P^(−1/2) is below `threshold`.

    Attributes
    ----------
    threshold : depends on rate and hyperparameters alone
    decay : a weight decay that is part of the gradient
    preconditioner : gives the diagonal of P, shape (n,), by which a step divides, from the optimizer's state after that
        step; None where P = I
    """

    threshold: float
    decay: float = 0.0
    preconditioner: Callable[[Any], Array] | None = None


def heavy_ball_threshold(lr: float, momentum: float, dampening: float = 0.0) -> float:
    """Return the limit 2 (1 + μ) / ((1 − τ) η) of steps along v = μ v + (1 − τ) g; without momentum 2 / η."""
    return 2 * (1 + momentum) / (lr * (1 - dampening)) if dampening < 1 else float("inf")


def nesterov_threshold(lr: float, momentum: float) -> float:
    """Return the limit (2 + 2μ) / (η (1 + 2μ)) of steps along g + μ v with v = μ v + g."""
    return 2 * (1 + momentum) / (lr * (1 + 2 * momentum))


def average_threshold(lr: float, beta: float, decoupled_decay: float = 0.0) -> float:
    """Return the limit of steps along m = β m + (1 − β) g: (2 + 2β) / ((1 − β) η), 38 / η at β = 0.9.

    A weight decay λ that acts beside the gradients takes its part: (1 + β) (2 − η λ) / ((1 − β) η).
    """
    return max((1 + beta) * (2 - lr * decoupled_decay) / ((1 - beta) * lr), 0.0)
