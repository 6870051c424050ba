"""What all optimizers share: their arguments in PyTorch, and what they need of a landscape."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import pytest
from numpy.typing import NDArray

from optexplorer.engine import landscapes, optimizers
from optexplorer.engine.declaration import make
from optexplorer.engine.descent import trajectory
from optexplorer.engine.landscapes.base import Landscape, Minimum
from optexplorer.engine.landscapes.formula.definition import FormulaDefinition
from optexplorer.engine.optimizers.adam import Adam
from optexplorer.engine.optimizers.newton import Newton
from optexplorer.engine.optimizers.quasi_newton import LBFGS
from optexplorer.engine.run_spec import RunSpec
from optexplorer.text import Text

Array = NDArray[np.float64]


class NoHessian(Landscape):
    """x² + y² from a plugin that knows no second derivatives."""

    id = "no-hessian"
    name = lesson = Text("", "")
    group, source, height_scale = "convex", "", "linear"
    variables: ClassVar[tuple[str, ...]] = ("x", "y")
    domain = ((-2.0, 2.0), (-2.0, 2.0))
    minima = (Minimum((0.0, 0.0), 0.0),)
    start = (1.0, 1.5)
    latex = "x^2 + y^2"

    def value(self, x: Array) -> Array:
        return x[0] * x[0] + x[1] * x[1]

    def gradient(self, x: Array) -> Array:
        return 2 * x


def test_pytorch_takes_the_decay_rates_together() -> None:
    arguments = Adam(lr=0.1, beta1=0.8).torch_arguments()
    assert arguments is not None
    assert arguments["betas"] == (0.8, 0.999)
    assert "beta1" not in arguments


def test_pytorch_takes_one_step_of_lbfgs_at_a_time() -> None:
    assert LBFGS().torch_arguments() == {
        "max_iter": 1, "lr": 1.0, "history_size": 100, "tolerance_grad": 1e-7, "tolerance_change": 1e-9
    }  # fmt: skip
    wolfe = LBFGS(line_search="strong-wolfe", c1=1e-4, c2=0.9).torch_arguments()
    assert wolfe is not None
    assert wolfe["line_search_fn"] == "strong_wolfe"
    assert LBFGS(line_search="strong-wolfe", c2=0.5).torch_arguments() is None
    assert LBFGS(line_search="exact").torch_arguments() is None


def test_what_pytorch_does_not_have_takes_no_arguments_there() -> None:
    assert Newton().torch_class is None
    assert Newton().torch_arguments() is None


def test_second_order_rules_name_what_a_landscape_lacks() -> None:
    with pytest.raises(
        ValueError, match=r"^newton needs second derivatives: the Hessian of landscape '.*' is not known"
    ):
        trajectory(RunSpec(NoHessian(), Newton()), (1.0, 1.0), 3)
    bowl = FormulaDefinition(formula="sin(x) + y^2", domain={"x": (-2, 2), "y": (-2, 2)}).landscape()
    gauss_newton = make(optimizers.get("gauss-newton"), {})
    with pytest.raises(ValueError, match="gauss-newton needs a loss that is a sum of squares"):
        trajectory(RunSpec(bowl, gauss_newton), (1.0, 1.0), 3)
    assert trajectory(RunSpec(landscapes.get("rosenbrock"), gauss_newton), (-1.0, 1.0), 3).steps > 0
