"""Scripts for libraries have the landscape's own slope, also where automatic differentiation gives another."""

from __future__ import annotations

import contextlib
import io
import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from optexplorer.engine import landscapes
from optexplorer.engine.landscapes.formula.definition import FormulaLandscape
from optexplorer.export.code import script
from optexplorer.export.code.landscape import LandscapeCode
from optexplorer.export.code.printing import JAX, NUMPY, TORCH
from tests.export.code.test_scripts import KINKS, at, expected, race


def is_smooth(formula: str, start: tuple[float, ...]) -> bool:
    return LandscapeCode(race(at(formula, start), optimizer="gd").resolve_landscape()).is_smooth


class _Tensor:
    """The little of a PyTorch tensor that a script with written gradients uses."""

    def __init__(self, values: list[float]) -> None:
        self.array = np.array(values)
        self.grad = np.zeros_like(self.array)

    def detach(self) -> _Tensor:
        return self

    def numpy(self) -> np.ndarray:
        return self.array

    def tolist(self) -> list[float]:
        values: list[float] = self.array.tolist()
        return values


class _SGD:
    def __init__(self, tensors: list[_Tensor], lr: float) -> None:
        (self.tensor,), self.lr = tensors, lr

    def step(self) -> None:
        self.tensor.array -= self.lr * self.tensor.grad


@pytest.fixture
def small_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Plain gradient descent in NumPy under the names of PyTorch."""
    module: Any = ModuleType("torch")
    module.float64 = np.float64
    module.set_default_dtype = lambda _: None
    module.tensor = lambda values, requires_grad: _Tensor(values)
    module.from_numpy = lambda array: array
    module.optim = ModuleType("torch.optim")
    module.optim.SGD = _SGD
    monkeypatch.setitem(sys.modules, "torch", module)


@pytest.mark.usefixtures("small_torch")
@pytest.mark.parametrize(
    ("landscape", "start"),
    [
        *((at(formula, start), start) for formula, start in KINKS if not is_smooth(formula, start)),
        *((id, (0.0, 0.0)) for id in ("ackley", "drop-wave", "cross-in-tray", "holder-table", "rippled-plateau")),
        ("schwefel", (0.0, 0.0)),
        ("bukin-n6", (-10.0, 1.0)),
    ],
)  # fmt: skip
def test_a_script_descends_from_tips_and_kinks_as_the_app_does(
    landscape: Any, start: tuple[float, ...]
) -> None:
    experiment = race(landscape, optimizer="gd", lr=0.1).model_copy(update={"start": start, "steps": 10})
    out = io.StringIO()
    with contextlib.redirect_stdout(out), np.errstate():
        exec(compile(script(experiment, experiment.racers[0], "torch"), "<script>", "exec"), {})
    printed = np.array([[float(number) for number in line.split()] for line in out.getvalue().splitlines()])
    right = expected(experiment)
    np.testing.assert_allclose(printed[: len(right)], right, rtol=1e-9, atol=1e-9)
    assert len(printed) == experiment.steps + 1


def test_the_slope_beside_a_branch_that_is_not_taken() -> None:
    experiment = race(at("where(x>0,sqrt(x),-x)", (-1.0,)), optimizer="gd", lr=0.1)
    namespace: dict[str, Any] = {"np": np}
    code = LandscapeCode(experiment.resolve_landscape())
    gradient = code.gradient()
    exec("\n\n".join([*code.helpers(), gradient]), namespace)
    with np.errstate(all="ignore"):
        np.testing.assert_array_equal(namespace["gradient"](np.float64(-1.0)), [-1.0])
        np.testing.assert_array_equal(namespace["gradient"](np.float64(4.0)), [0.25])


@pytest.mark.parametrize(
    ("formula", "smooth"),
    [
        ("x^2 + sin(y)*exp(-x)", True), ("sigmoid(50*(x-1)) + 2^y", True), ("x*sqrt(2) + sum(i*x^3, i, 1, 3)", True),
        ("x/2 + tanh(y)^3", True), ("1/x", False), ("sqrt(x)", False), ("abs(x)", False), ("log(x)", False), ("x^1.5", False),
        ("x^y", False), ("where(x > 0, x, 1)", False), ("x^(0-2)", False), ("sum(x, i, 3, 2)", False), ("sqrt(2)", False),
        ("sum(x^i, i, 0, 2)", False),
        ("max(x, 1)", False), ("mod(x, 2)", False), ("atan2(y, x)", False), ("tan(x)", False),
    ],
)  # fmt: skip
def test_which_losses_a_library_may_differentiate(formula: str, smooth: bool) -> None:
    experiment = race(at(formula, (1.0, 1.0)), optimizer="gd")
    assert LandscapeCode(experiment.resolve_landscape()).is_smooth is smooth
    text = script(experiment, experiment.racers[0], "torch")
    assert ("value.backward()" in text) is smooth


@pytest.mark.parametrize(
    "id", [id for id in landscapes.ids() if isinstance(landscapes.get(id), FormulaLandscape)]
)
@pytest.mark.parametrize("share", [0.1, 0.37, 0.5, 0.93])
def test_the_loss_of_a_script_is_the_landscape_s(id: str, share: float) -> None:
    landscape = landscapes.get(id)
    code = LandscapeCode(landscape)
    point = np.array([low + share * (high - low) for low, high in landscape.domain])
    namespace: dict[str, Any] = {"np": np}
    exec(code.loss(NUMPY), namespace)
    with np.errstate(all="ignore"):
        np.testing.assert_allclose(namespace["loss"](*point), landscape.value(point), rtol=1e-9, atol=1e-9)
    if code.is_smooth:
        # The same text under other names: those are NumPy's here.
        for dialect, module in ((TORCH, "torch"), (JAX, "jnp")):
            other = ModuleType(module)
            other.__dict__.update(vars(np), atan=np.arctan, sigmoid=lambda a: 1 / (1 + np.exp(-a)))
            namespace |= {module: other, "jax": SimpleNamespace(nn=other)}
            exec(code.loss(dialect), namespace)
            np.testing.assert_allclose(
                namespace["loss"](*point), landscape.value(point), rtol=1e-9, atol=1e-9
            )
