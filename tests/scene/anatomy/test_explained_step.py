"""The anatomy of a step: its phases, its equations with numbers, and its marks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import inf, nan
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optexplorer.engine import landscapes, optimizers
from optexplorer.engine.declaration import make
from optexplorer.engine.descent import trajectory
from optexplorer.engine.landscapes.formula.definition import FormulaDefinition
from optexplorer.engine.optimizers.adam import Adam
from optexplorer.engine.optimizers.base import Array, Optimizer, Role
from optexplorer.engine.optimizers.gradient_descent import GradientDescent
from optexplorer.engine.trajectory import Trajectory
from optexplorer.experiment.appearance import Appearance
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.scene.anatomy.equations import coloured, digits_for_change, number, plain
from optexplorer.scene.anatomy.explained_step import Anatomy, StepExplainer
from optexplorer.scene.anatomy.marks import Arrow, Ellipse, Spot, phase_marks
from optexplorer.scene.anatomy.phase import Phase
from optexplorer.scene.anatomy.shown_racers import shown_racers
from optexplorer.scene.computed import compute
from optexplorer.scene.palette import ROLE_COLOURS, THEMES
from optexplorer.scene.resolve import resolve
from optexplorer.scene.samples.landscape_samples import sample_landscape

IDS = optimizers.ids()
WINDOW = (-6.0, 6.0, -6.0, 6.0)


def experiment(*racers: Optimizer, **view: Any) -> Experiment:
    return Experiment(
        landscape="himmelblau",
        racers=tuple(Racer(optimizer=optimizer, stream=k) for k, optimizer in enumerate(racers)),
        start=(0.5, -1.5),
        steps=30,
        stop_when_converged=False,
        appearance=Appearance(anatomy=True, **view),
    )


def ways(given: Experiment) -> list[Trajectory]:
    return [
        trajectory(given.run_spec(racer), given.start_of(racer), given.steps, end=given.end_rule())
        for racer in given.racers
    ]


def anatomy(id: str, step: int, **settings: Any) -> Anatomy:
    one = experiment(make(optimizers.get(id), settings))
    return StepExplainer().anatomies(one, ways(one), step)[0]


def named(anatomy: Anatomy, name: str, part: str = "term") -> Phase:
    return next(phase for phase in anatomy.phases if phase.name == name and phase.part == part)


def bare(latex: str) -> str:
    """Return LaTeX without colours and the braces around numbers."""
    inner = r"\{((?:[^{}]|\{[^{}]*\})*)\}"
    latex = re.sub(rf"\\textcolor\{{\w+\}}{inner}", r"\1", latex)
    return re.sub(rf"\({inner}\)", r"(\1)", latex)


@pytest.mark.parametrize("id", IDS)
def test_every_optimizer_goes_from_standing_to_moving(id: str) -> None:
    for step in (0, 1, 6):
        found = anatomy(id, step)
        phases, moment = found.phases, found.moment
        assert [phases[0].part, phases[-1].part] == ["here", "move"]
        np.testing.assert_array_equal(phases[0].value, moment.x)
        np.testing.assert_array_equal(phases[-1].value, moment.x + moment.terms[-1].value)
        assert [phase.name for phase in phases if phase.part == "term"] == [t.name for t in moment.terms]
        for phase in phases:
            assert phase.caption.en
            assert re.search(r"[\u3040-\u30ff\u4e00-\u9fff]", phase.caption.ja), phase.caption
            assert phase.symbols
            assert phase.numbers
            for latex in (phase.symbols, *(line.latex for line in phase.numbers)):
                assert not re.search(r"<[\w.]+'?>", latex), f"{id}: {latex} still has a placeholder"


TYPESET: set[str] = set()
"""The equations that have been set already, with 0 for each of their numbers: setting is slow."""


@pytest.mark.no_cover
@pytest.mark.parametrize("id", IDS)
def test_the_equations_of_every_optimizer_can_be_drawn(id: str) -> None:
    import ziamath

    for phase in anatomy(id, 3).phases:
        # The lines of numbers differ only in their numbers; the symbols are set in the tests of explanations.
        latex = phase.numbers[0].latex
        shape = re.sub(r"[\d.]+", "0", latex)
        if shape in TYPESET:
            continue
        TYPESET.add(shape)
        assert "<svg" in ziamath.Latex(coloured(latex, ROLE_COLOURS["light"])).svg()


@pytest.mark.parametrize(
    ("id", "phases"),
    [("gd", 4), ("sgd", 4), ("momentum", 6), ("nesterov", 6), ("adagrad", 6), ("rmsprop", 7), ("adam", 9)],
)
def test_the_well_known_optimizers_have_enough_phases(id: str, phases: int) -> None:
    assert len(anatomy(id, 5).phases) > phases


def test_the_numbers_of_momentum_are_those_of_this_step() -> None:
    found = anatomy("momentum", 2, lr=0.001, momentum=0.9)
    gradients = [anatomy("momentum", k, lr=0.001, momentum=0.9).moment.gradient for k in range(3)]
    velocity = 0.9 * (0.9 * gradients[0] + gradients[1])
    kept = named(found, "v", "kept")
    np.testing.assert_allclose(kept.value, velocity, rtol=1e-14)
    assert bare(named(found, "v").symbols) == r"v_{t} = \mu\,v_{t-1} + g"
    line = named(found, "v").numbers[0]
    assert line.coordinate == "x"
    before = number(velocity[0] / 0.9)
    expected = (
        rf"0.9 \cdot ({before}) + ({number(gradients[2][0])}) = {number(velocity[0] + gradients[2][0])}"
    )
    assert bare(line.latex) == expected


def test_the_first_step_of_adam_starts_from_zero_averages() -> None:
    found = anatomy("adam", 0, lr=0.1)
    np.testing.assert_array_equal(named(found, "m", "kept").value, [0.0, 0.0])
    line = bare(named(found, "v").numbers[0].latex)
    assert line.startswith(r"0.999 \cdot 0 + (1-0.999) \cdot (-")
    assert r")^2 = " in line


def _value_of(latex: str) -> float:
    """Work an equation's left side out again, from its text."""
    text = bare(latex).split(" = ")[0]
    text = re.sub(r" \\times 10\^\{(-?\d+)\}", r"e\1", text)
    text = re.sub(r"(?<![\d.])10\^\{(-?\d+)\}", r"1e\1", text)
    text = text.replace(r" \cdot ", "*").replace("^2", "**2")
    text = re.sub(r"\^\{(\d+)\}", r"**\1", text)
    for _ in range(3):
        text = re.sub(r"\\frac\{((?:[^{}])*)\}\{((?:[^{}])*)\}", r"((\1)/(\2))", text)
        text = re.sub(r"\\sqrt\{([^{}]*)\}", r"((\1)**0.5)", text)
    assert re.fullmatch(r"[\d.e+\-*/() ]+", text), text
    return float(eval(text, {"__builtins__": {}}))


@pytest.mark.parametrize(
    "id", ["gd", "momentum", "adagrad", "rmsprop", "adam", "adabelief", "qhm", "nesterov"]
)
def test_the_numbers_on_the_left_make_the_number_on_the_right(id: str) -> None:
    checked = 0
    for phase in anatomy(id, 4).phases:
        for i, line in enumerate(phase.numbers):
            if line.coordinate:
                # Four digits are shown of each number; sums of what nearly cancels are less exact.
                assert _value_of(line.latex) == pytest.approx(phase.value[i], rel=5e-3, abs=1e-6), line
                checked += 1
    assert checked >= 6


def test_matrices_are_shown_as_matrices_and_factors_as_numbers() -> None:
    found = anatomy("newton", 1)
    hessian = named(found, "H").numbers[0].latex
    assert r"\begin{pmatrix}" in hessian
    assert "&" in hessian
    assert bare(named(found, "a").numbers[0].latex) == rf"\alpha = {number(found.moment.terms[4].value)}"
    assert named(found, "g").numbers[0].latex.startswith(r"\nabla f(")


def test_wrappers_show_the_hyperparameters_of_what_they_wrap() -> None:
    found = anatomy("lookahead", 4, inner={"id": "adam", "beta1": 0.8})
    assert r"\beta_1" in named(found, "m").symbols
    assert r"0.8 \cdot" in named(found, "m").numbers[0].latex
    slow = named(found, "f")
    assert slow.role == "point"


@given(st.floats(-1e300, 1e300))
def test_a_written_number_reads_as_itself_to_four_digits(value: float) -> None:
    text = number(value)
    match = re.fullmatch(r"(-?[\d.]*?)(?: \\times )?(?:10\^\{(-?\d+)\})?", text)
    assert match, text
    mantissa = float({"": "1", "-": "-1"}.get(match[1], match[1]))
    assert mantissa * 10.0 ** int(match[2] or 0) == pytest.approx(value, rel=6e-4, abs=1e-307)


def test_numbers_that_someone_chose_keep_their_digits() -> None:
    assert number(0.999, exact=True) == "0.999"
    assert number(1e-8, exact=True) == "10^{-8}"
    assert number(0.00125, exact=True) == "0.00125"
    assert number(float("inf")) == r"\infty"
    assert number(float("nan")) == r"\mathrm{nan}"


def test_symbols_as_plain_characters() -> None:
    assert plain(r"\hat m") == "m\u0302"
    assert plain(r"\Delta x") == "Δx"
    assert plain(r"\beta_1") == "β₁"
    assert plain(r"\tilde g") == "g\u0303"
    assert plain(r"v^{\max}") == "vmax"
    assert plain(r"\Delta_{\mathrm{in}}") == "Δin"


@pytest.mark.parametrize("theme", THEMES)
def test_every_role_can_be_read_on_its_theme(theme: str) -> None:
    def luminance(colour: str) -> float:
        channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    samples = luminance(THEMES[theme].panel)
    for role, colour in ROLE_COLOURS[theme].items():
        low, high = sorted((samples, luminance(colour)))
        assert (high + 0.05) / (low + 0.05) >= 4.5, role
    assert set(ROLE_COLOURS[theme]) == set(get_args(Role))
    kinds = ["gradient", "first_moment", "second_moment", "scale", "weight_decay", "point", "curvature"]
    kinds += ["direction", "factor", "step"]
    assert len({ROLE_COLOURS[theme][kind] for kind in kinds}) == len(kinds)  # type: ignore[index]


@pytest.mark.parametrize("id", ["gd", "momentum", "adagrad", "newton", "prodigy"])
def test_the_last_step_of_a_diverged_descent_can_be_explained(id: str) -> None:
    lost = experiment(make(optimizers.get(id), {"lr": 1e5}))
    found = ways(lost)
    last = StepExplainer().anatomies(lost, found, lost.steps)[0]
    assert last.moment.step == found[0].steps
    for phase in (None, *range(len(last.phases))):
        for mark in phase_marks(last, phase, WINDOW).marks:
            assert np.isfinite(np.concatenate(list(_points(mark)))).all()


def test_one_coordinate_has_equations_but_no_marks_in_the_plane() -> None:
    line = next(entry.id for entry in landscapes.all() if entry.dimension == 1)
    one = Experiment(
        landscape=line,
        racers=(Racer(optimizer=Adam(lr=0.1)),),
        steps=10,
        appearance=Appearance(anatomy=True, phase=3),
    )
    scene = compute(one).scene(4)
    (shown,) = scene.anatomies
    assert not shown.marks.marks
    assert shown.marks.absent is not None
    assert [line.coordinate for line in named(shown.anatomy, "m").numbers] == ["x"]
    assert "pmatrix" not in named(shown.anatomy, "g").numbers[0].latex


# Marks


def marks_of(found: Anatomy, phase: Phase) -> list[Any]:
    return list(phase_marks(found, found.phases.index(phase), WINDOW).marks)


@pytest.mark.parametrize("id", IDS)
def test_all_phases_of_every_optimizer_have_finite_marks(id: str) -> None:
    for step in (0, 5):
        found = anatomy(id, step)
        for phase in (None, *range(len(found.phases))):
            for mark in phase_marks(found, phase, WINDOW).marks:
                for point in _points(mark):
                    assert point.shape == (2,)
                    assert np.isfinite(point).all()


def _points(mark: Any) -> Iterator[Array]:
    if isinstance(mark, Arrow):
        yield from (mark.tail, mark.tip)
    elif isinstance(mark, Ellipse):
        yield from (mark.centre, mark.half)
    else:
        yield mark.at


def test_the_gradient_pushes_downhill_and_the_step_leads_to_the_next_point() -> None:
    found = anatomy("gd", 3, lr=0.01)
    x, gradient = found.moment.x, found.moment.gradient
    (arrow,) = marks_of(found, named(found, "g"))
    assert arrow.label == "−g"
    assert np.dot(arrow.tip - arrow.tail, gradient) < 0
    np.testing.assert_array_equal(arrow.tail, x)
    step, spot = marks_of(found, found.phases[-1])
    assert isinstance(spot, Spot)
    np.testing.assert_array_equal(spot.at, x + found.step)
    along = (step.tip - step.tail) / found.step
    assert along[0] == pytest.approx(along[1])
    assert along[0] > 0


def test_what_is_kept_and_what_is_added_lie_tip_to_tail() -> None:
    found = anatomy("momentum", 3, lr=0.001)
    kept, added, whole = marks_of(found, named(found, "v"))
    assert [mark.faint for mark in (kept, added, whole)] == [True, True, False]
    np.testing.assert_allclose(added.tail, kept.tip)
    np.testing.assert_allclose(added.tip, whole.tip)
    assert (kept.role, added.role) == ("first_moment", "gradient")


def test_what_is_kept_is_labelled_with_its_share() -> None:
    for id, label in (("adam", "−β₁m"), ("momentum", "−μv"), ("prodigy", "−√β₂s")):
        found = anatomy(id, 3, lr=0.01)
        kept = next(
            p for p in found.phases if p.part == "kept" and p.role == "first_moment" and p.name in label
        )
        (arrow,) = marks_of(found, kept)
        assert arrow.label == label


def test_what_rmsprop_adds_to_its_velocity_has_the_colour_of_the_gradient() -> None:
    found = anatomy("rmsprop", 3, lr=0.01, momentum=0.9)
    _, added, _ = marks_of(found, named(found, "v"))
    assert added.role == "gradient"


def test_squares_are_ellipses_as_wide_as_their_roots() -> None:
    found = anatomy("adagrad", 3, lr=0.5)
    ellipse = next(mark for mark in marks_of(found, named(found, "s")) if isinstance(mark, Ellipse))
    root = np.sqrt(named(found, "s").value)
    np.testing.assert_allclose(ellipse.half / ellipse.half[0], root / root[0])


def test_what_does_not_fit_is_scaled_and_says_so() -> None:
    found = anatomy("gd", 0, lr=0.001)
    drawn = phase_marks(found, 1, WINDOW)
    (arrow,) = drawn.marks
    assert isinstance(arrow, Arrow)
    size = np.hypot(*((arrow.tip - arrow.tail) / 12))
    assert 0.05 <= size <= 0.3
    assert drawn.note is not None
    factor = np.linalg.norm(arrow.tip - arrow.tail) / np.linalg.norm(found.moment.gradient)
    assert drawn.note.en == f"Not to scale: −g\u00a0×{factor:g}"
    assert phase_marks(found, 0, WINDOW).note is None


def test_rates_are_the_learning_rate_over_the_scale() -> None:
    found = anatomy("rmsprop", 4, lr=0.02)
    assert found.rates is not None
    np.testing.assert_allclose(found.rates, 0.02 / named(found, "r").value)
    plain_rates = anatomy("gd", 4, lr=0.02).rates
    assert plain_rates is not None
    np.testing.assert_array_equal(plain_rates, [0.02, 0.02])
    assert anatomy("newton", 1).rates is None
    assert anatomy("lion", 1).rates is None


# Scenes


def test_a_scene_shows_the_chosen_racers_in_their_order() -> None:
    momentum, adam = make(optimizers.get("momentum"), {}), make(optimizers.get("adam"), {})
    both = experiment(momentum, adam, anatomy_racers=(1, 0), phase=50)
    found = ways(both)
    anatomies = StepExplainer().anatomies(both, found, 7)
    scene = resolve(both, sample_landscape(both.resolve_landscape(), both.view), found, 7, None, anatomies)
    assert [shown.racer_path.number for shown in scene.anatomies] == [1, 0]
    assert all(shown.phase == len(shown.anatomy.phases) - 1 for shown in scene.anatomies)
    assert all(shown.marks.marks for shown in scene.anatomies)


def test_pictures_of_a_file_show_its_anatomy() -> None:
    one = experiment(make(optimizers.get("adam"), {}), phase=2)
    scene = compute(one).scene(5)
    assert scene.anatomies[0].anatomy.moment.step == 5
    assert scene.anatomies[0].phase == 2


def test_without_a_choice_the_racer_in_the_spotlight_or_the_first_visible_one_is_shown() -> None:
    momentum, adam = make(optimizers.get("momentum"), {}), make(optimizers.get("adam"), {})
    both = experiment(momentum, adam)
    assert shown_racers(both) == (0,)
    lit = both.model_copy(update={"appearance": both.appearance.model_copy(update={"spotlight": 1})})
    assert shown_racers(lit) == (1,)
    hidden = both.with_racer(0, both.racers[0].model_copy(update={"visible": False}))
    assert shown_racers(hidden) == (1,)
    chosen = hidden.model_copy(
        update={"appearance": hidden.appearance.model_copy(update={"anatomy_racers": (0, 7)})}
    )
    assert shown_racers(chosen) == (1,)


def test_nothing_is_explained_unless_asked_for() -> None:
    one = experiment(make(optimizers.get("adam"), {}))
    closed = one.model_copy(update={"appearance": Appearance()})
    assert StepExplainer().anatomies(closed, ways(closed), 3) == {}


def test_the_anatomy_survives_a_file() -> None:
    one = experiment(make(optimizers.get("adam"), {}), anatomy_racers=(0,), phase=3)
    assert Experiment.model_validate_json(one.model_dump_json()) == one


@pytest.mark.parametrize(
    ("loss", "change", "digits"),
    [(168.1, -50.0, 4), (10000.04, -0.004, 8), (3.0, 1e-14, 9), (0.0, 1.0, 4), (inf, 1.0, 4), (5.0, nan, 4)],
)
def test_a_loss_has_as_many_digits_as_show_its_change(loss: float, change: float, digits: int) -> None:
    assert digits_for_change(loss, change) == digits


def test_the_loss_on_an_offset_is_seen_to_change() -> None:
    given = experiment(GradientDescent(lr=5.0)).evolve(
        landscape=FormulaDefinition(formula="0.01*(x^2+y^2)+1e4", domain={"x": (-6, 6), "y": (-6, 6)})
    )
    lines = [
        StepExplainer().anatomies(given, ways(given), step)[0].phases[0].numbers[0].latex for step in (0, 1)
    ]
    losses = [line.rpartition("f(x_t) = ")[2] for line in lines]
    assert losses == ["10000.025", "10000.020"]
