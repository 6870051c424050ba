"""Second derivatives for second-order optimizers, and the error where a landscape has none."""

from __future__ import annotations

import numpy as np

from optexplorer.engine.optimizers.base import Array, Optimizer, Probe


def hessian_at(optimizer: Optimizer, x: Array, probe: Probe) -> Array:
    """Return the Hessian, shape (n, n, ...), at `x`.

    Raises
    ------
    ValueError
        If the landscape does not know its Hessian; the message names the optimizer.
    """
    try:
        return probe.hessian(x)
    except NotImplementedError as error:
        raise ValueError(f"{optimizer.id} needs second derivatives: {error}") from error


def residuals_at(optimizer: Optimizer, x: Array, probe: Probe) -> tuple[Array, Array]:
    """Return the residuals, shape (m, ...), and their Jacobian, shape (m, n, ...), at `x`.

    Raises
    ------
    ValueError
        If the landscape does not know residuals; the message names the optimizer.
    """
    residuals, jacobian = probe.residuals(x), probe.residual_jacobian(x)
    if residuals is None or jacobian is None:
        raise ValueError(
            f"{optimizer.id} needs a loss that is a sum of squares of known residuals; this landscape knows none. "
            "Choose one that does, such as rosenbrock, or another optimizer, such as adam or bfgs"
        )
    return residuals, jacobian


def normal_matrix(jacobian: Array) -> Array:
    """Return `J^T J`, shape (n, n, ...), for Jacobians of shape (m, n, ...)."""
    total: Array = jacobian[0][:, np.newaxis] * jacobian[0][np.newaxis]
    for row in jacobian[1:]:
        total = total + row[:, np.newaxis] * row[np.newaxis]
    return total
