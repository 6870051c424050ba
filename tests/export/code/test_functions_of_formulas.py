"""Every function of formulas has its place in scripts: loss and gradient are the landscape's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from optexplorer.engine.landscapes.formula.definition import FormulaDefinition, FormulaLandscape
from optexplorer.engine.landscapes.formula.syntax import FUNCTIONS
from optexplorer.export.code.landscape import LandscapeCode
from optexplorer.export.code.printing import NUMPY

SERIES = {"sum": "sum(i*x, i, 1, 3) + y", "prod": "prod(x + i*y, i, 1, 3)"}
CASES = {"where": "where(x > y, x^2, y)", "piecewise": "piecewise(x < 0, x, x < 1, y, x*y)"}


def formula(function: str) -> str:
    arguments = ", ".join(["0.3*x + 0.1*y^2", "y"][: FUNCTIONS[function][0]])
    return SERIES.get(function) or CASES.get(function) or f"{function}({arguments})"


@pytest.mark.parametrize(
    "text",
    [
        *map(formula, FUNCTIONS),
        "max(log(x - 2), y)",
        "x^y + 0^x + (1e200*x)^-1",
        "|x|^0.3 + √(x²)",
        "k*x/k",
        "2(x+1)y",
    ],
)
def test_scripts_compute_what_the_engine_does(text: str) -> None:
    landscape = FormulaLandscape(
        "own",
        FormulaDefinition(
            formula=text,
            domain={"x": (-3, 3), "y": (-3, 3)},
            parameters={"k": {"value": 0.5, "low": -1, "high": 1}} if "k" in text else {},
        ),
    )
    code = LandscapeCode(landscape)
    loss = code.loss(NUMPY)
    functions = ["import numpy as np", *(loss if isinstance(loss, tuple) else (loss,))[:1], code.gradient()]
    scope: dict[str, Any] = {}
    exec("\n".join([*functions, *code.helpers()]), scope)
    for point in ([0.5, -0.25], [1.5, 0.75], [-0.5, 1.0]):
        x = np.array(point)
        with np.errstate(all="ignore"):
            assert scope["loss"](*x) == pytest.approx(landscape.value(x), rel=1e-13, nan_ok=True)
            assert scope["gradient"](*x) == pytest.approx(landscape.gradient(x), rel=1e-13, nan_ok=True)
