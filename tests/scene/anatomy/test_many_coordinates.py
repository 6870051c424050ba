"""The anatomy of a step of a point with more than two coordinates: vectors are shortened, nothing is drawn."""

from __future__ import annotations

import numpy as np
import pytest

from optexplorer.engine import landscapes, optimizers
from optexplorer.engine.declaration import make
from optexplorer.engine.optimizers.base import Array
from optexplorer.engine.replay import Moment
from optexplorer.scene.anatomy.equations import MOST_COORDINATES, coloured, number
from optexplorer.scene.anatomy.explained_step import explain_step
from optexplorer.scene.anatomy.marks import phase_marks
from optexplorer.scene.palette import ROLE_COLOURS

IDS = optimizers.ids()
WINDOW = (-6.0, 6.0, -6.0, 6.0)


def without_colours(latex: str) -> str:
    for role in ROLE_COLOURS["light"]:
        latex = latex.replace(rf"\textcolor{{{role}}}", "")
    return latex


def test_a_point_of_many_coordinates_shows_the_first_few() -> None:
    from optexplorer.engine.optimizers.gradient_descent import GradientDescent

    gradient, descent = np.arange(1.0, 7.0), GradientDescent(lr=0.1)
    moment = Moment(
        0,
        descent,
        (),
        np.zeros(6),
        gradient,
        None,
        np.zeros(6),
        0.1,
        1.0,
        descent.explain(gradient, (), np.zeros(6), 0.1, landscapes.get("booth")),
        tuple(f"w{i}" for i in range(6)),
    )
    found = explain_step(moment)
    here, slope, _, step, _ = found.phases
    assert [line.coordinate for line in step.numbers] == ["w0", "w1", "w2", ""]
    # The root of 1 + 4 + 9 + 16 + 25 + 36 is 9.539.
    assert without_colours(step.numbers[-1].latex) == r"\vdots\qquad {\lVert {\Delta x} \rVert} = 0.9539"
    assert r"\vdots" in slope.numbers[0].latex
    assert without_colours(slope.numbers[0].latex).endswith(r",\quad {\lVert {g} \rVert} = 9.539")
    assert r"{\lVert x_t \rVert} = 0" in here.numbers[0].latex
    assert found.rates is not None
    assert found.rates.shape == (6,)
    drawn = phase_marks(found, 1, WINDOW)
    assert not drawn.marks
    assert drawn.absent is not None
    assert "6" in drawn.absent.en
    assert "6" in drawn.absent.ja
    assert MOST_COORDINATES == 3


class _Valley:
    """The sum of k (x_k - 1)^2 over five coordinates, as a landscape is asked by optimizers."""

    stiffness = np.arange(1.0, 6.0)

    def value(self, x: Array) -> Array:
        loss: Array = np.tensordot(self.stiffness, (x - 1) ** 2, 1)
        return loss

    def gradient(self, x: Array) -> Array:
        slope: Array = (2 * self.stiffness * (x.T - 1)).T
        return slope

    def hessian(self, x: Array) -> Array:
        return np.diag(2 * self.stiffness)

    def residuals(self, x: Array) -> Array:
        found: Array = (np.sqrt(self.stiffness) * (x.T - 1)).T
        return found

    def residual_jacobian(self, x: Array) -> Array:
        return np.diag(np.sqrt(self.stiffness))


def moment_of_five(id: str, steps: int) -> Moment:
    optimizer, probe = make(optimizers.get(id), {}), _Valley()
    x, before = np.array([3.0, -2.0, 0.5, 4.0, -1.0]), None
    start, state, update = x, optimizer.init(x), optimizer.bind(probe)
    for _ in range(steps):
        step, state = update(probe.gradient(x), state, x, optimizer.lr)
        before, x = x, x + step
    gradient = probe.gradient(x)
    terms = optimizer.explain(gradient, state, x, optimizer.lr, probe)
    names = tuple(f"w{k}" for k in range(5))
    loss = float(probe.value(x))
    return Moment(steps, optimizer, state, x, gradient, before, start, optimizer.lr, loss, terms, names)


@pytest.mark.parametrize("steps", [0, 2])
@pytest.mark.parametrize("id", IDS)
def test_every_optimizer_explains_steps_of_five_coordinates(id: str, steps: int) -> None:
    import ziamath

    with np.errstate(all="ignore"):
        moment = moment_of_five(id, steps)
    found = explain_step(moment)
    np.testing.assert_array_equal(found.phases[-1].value, moment.x + moment.terms[-1].value)
    for phase in found.phases:
        if np.ndim(phase.value) == 1:
            last = phase.numbers[-1].latex
            assert r"\rVert} = " in last
            assert len(phase.numbers) in (1, MOST_COORDINATES + 1)
            if phase.part == "here":
                continue
            assert number(float(np.linalg.norm(phase.value))) in last
            # Typesetting is slow, and the lines of other steps differ only in their numbers.
            if steps and phase is found.phases[-1]:
                assert "<svg" in ziamath.Latex(coloured(last, ROLE_COLOURS["light"])).svg()
    for number_of_phase in (None, *range(len(found.phases))):
        drawn = phase_marks(found, number_of_phase, WINDOW)
        assert not drawn.marks
        assert drawn.absent is not None
