"""Every change of an experiment is checked, and what it holds can be written and read back."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import optexplorer as ox
from optexplorer.engine.landscapes.formula.definition import FormulaDefinition
from optexplorer.engine.optimizers.gradient_descent import GradientDescent
from optexplorer.experiment import files, share
from optexplorer.experiment.appearance import Camera
from optexplorer.experiment.computation_view import ComputationView
from optexplorer.experiment.default_experiment import default_experiment
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.frozen_model import InvalidValueError
from optexplorer.experiment.plane import Plane
from optexplorer.experiment.racer import RACE_COLOURS, Racer
from optexplorer.lessons.reading import parse_lesson
from optexplorer.lessons.writing import lesson_from
from tests.strategies import EXPERIMENTS

FIRST = default_experiment()
TOO_FAST = GradientDescent().model_copy(update={"lr": 5e6})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"start": (1.0,)}, "start: beale has 2 coordinate(s) (x, y), but 1 are given"),
        ({"landscape": "quadratic-1d"}, "start: quadratic-1d has 1 coordinate(s) (x), but 2 are given"),
        ({"landscape": "no-such"}, "no landscape is called 'no-such'"),
        ({"steps": 0}, "steps = 0 is not allowed; it must be at least 1"),
        ({"steps": 10**6}, "steps = 1000000 is not allowed; it must be at most 100000"),
        ({"seed": 0.5}, "seed = 0.5 is not allowed; it must be a whole number"),
        ({"start": (float("nan"), 0.0)}, "start[0] = nan is not allowed; it must be a finite number"),
        ({"step": 3}, "step is not known here; did you mean 'steps'?"),
        ({"racers": FIRST.racers * 5}, "racers: 30 are too many; at most 24 are allowed"),
        ({"racers": (FIRST.racers[0].model_copy(update={"start": (1.0,)}),)}, "but 1 are given"),
        ({"view": ComputationView(plane=Plane(origin=(0, 0, 0), directions=((1, 0, 0),)))}, "view.plane: beale has 2"),
    ],
)  # fmt: skip
def test_a_wrong_change_is_refused_in_one_line(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        FIRST.evolve(**changes)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_change_keeps_everything_else() -> None:
    changed = FIRST.evolve(steps=7)
    assert changed == FIRST.model_copy(update={"steps": 7})
    assert changed.racers[0] is FIRST.racers[0]


@pytest.mark.parametrize(
    ("model", "changes", "message"),
    [
        (
            FIRST.racers[1],
            {"optimizer": TOO_FAST},
            "optimizer.lr = 5000000.0 is not allowed; 0 < lr <= 1e+06",
        ),
        (FIRST.racers[1], {"colour": "red"}, "colour = red is not allowed"),
        (FIRST.view, {"window": (1, 0, 0, 1)}, "window: it needs low < high"),
        (FIRST.appearance, {"spotlight": 10**30}, "is not allowed; it must be at most 10000"),
        (FIRST.appearance, {"anatomy_racers": (10**30,)}, "is not allowed; it must be at most 10000"),
        (FIRST.racers[0], {"schedule": {"id": "multi-step", "milestones": [10**30]}}, "from 0 to 1000000000"),
        (FIRST.view, {"fog": -1}, "fog = -1 is not allowed; it must be at least 0"),
        (Camera(), {"elevation": 91}, "elevation = 91 is not allowed; it must be at most 90"),
        (FIRST.appearance, {"colour_map": "jet"}, "colour_map = jet is not allowed; it is 'terrain'"),
    ],
)
def test_parts_are_checked_too(model: Any, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        model.evolve(**changes)
    assert message in str(caught.value)


def test_what_was_put_in_unchecked_is_found() -> None:
    assert FIRST.checked() is FIRST
    racer = FIRST.racers[0].model_copy(update={"optimizer": TOO_FAST})
    smuggled = FIRST.model_copy(update={"racers": (*FIRST.racers[:2], racer)})
    with pytest.raises(InvalidValueError, match=r"^racers\[2\]\.optimizer\.lr = 5000000\.0 is not allowed"):
        smuggled.checked()
    with pytest.raises(InvalidValueError, match="start: beale has 2"):
        FIRST.model_copy(update={"start": (1.0,)}).checked()


def test_an_optimizer_that_no_file_can_name_is_found() -> None:
    class Private(GradientDescent):
        id = "private"

    experiment = Experiment(landscape="booth", racers=(Racer(optimizer=Private()),))
    with pytest.raises(InvalidValueError, match="no optimizer is called 'private'"):
        experiment.checked()


@settings(max_examples=40, deadline=None)
@given(EXPERIMENTS)
def test_what_an_experiment_holds_comes_back(experiment: Experiment) -> None:
    assert experiment.checked() is experiment
    assert files.from_json(files.to_json(experiment)) == experiment
    assert share.from_text(share.to_text(experiment)) == experiment
    assert parse_lesson(lesson_from(experiment, "en")).scenes[0].experiment == experiment


ANYTHING = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.just("\ud800"),
    st.tuples(st.floats(), st.floats()), st.lists(st.integers(), max_size=3),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from([*Experiment.model_fields, "other"]), ANYTHING, max_size=3))
def test_whatever_is_asked_for_is_refused_in_words_or_comes_back(changes: dict[str, Any]) -> None:
    try:
        changed = FIRST.evolve(**changes)
    except InvalidValueError as error:
        assert "\n" not in str(error)  # noqa: PT017
        assert 0 < len(str(error)) <= 320  # noqa: PT017
    else:
        assert files.from_json(files.to_json(changed)) == changed


def test_racers_without_colour_and_stream_have_those_of_their_places() -> None:
    racer = Racer(optimizer=GradientDescent())
    experiment = Experiment(landscape="booth", racers=(racer,) * 8)
    assert [r.colour for r in experiment.racers] == [RACE_COLOURS[place % 6] for place in range(8)]
    assert [r.stream for r in experiment.racers] == list(range(8))
    # What has been given once stays, whatever comes and goes.
    assert experiment.evolve(racers=experiment.racers[2:]).racers == experiment.racers[2:]
    given = Racer(optimizer=GradientDescent(), colour="#123456", stream=1)
    mixed = Experiment(landscape="booth", racers=(given, racer, racer)).racers
    assert [(r.colour, r.stream) for r in mixed] == [
        ("#123456", 1), (RACE_COLOURS[1], 0), (RACE_COLOURS[2], 2),
    ]  # fmt: skip


def test_a_landscape_itself_may_be_given() -> None:
    own = ox.formula("x^2 + k*y^2", {"x": (-3, 3), "y": (-3, 3)}, k=10)
    assert Experiment(landscape=own).resolve_landscape() == own
    assert Experiment(landscape=ox.landscape("booth")).landscape == "booth"
    steeper = ox.landscape("ravine", k=50)
    assert Experiment(landscape=steeper).resolve_landscape().definition == steeper.definition


def test_another_landscape_brings_its_own_start_and_window() -> None:
    racers = (FIRST.racers[0].evolve(start=(1, 1)), FIRST.racers[1])
    plane = Plane(origin=(0, 0), directions=((1, 1), (1, -1)))
    first = FIRST.evolve(racers=racers, view=ComputationView(window=(0, 1, 0, 1), plane=plane, fog=0.5))
    other = first.on_landscape("quadratic-1d")
    assert other.start == other.resolve_landscape().start
    assert [racer.start for racer in other.racers] == [None, None]
    assert other.view == ComputationView(fog=0.5)
    # What another landscape's picture shows of it does not fit this one.
    assert other.seen_as(first).view == ComputationView(fog=0.5)


def test_what_numbers_depend_on_is_one_key() -> None:
    key = FIRST.computation()
    recoloured = FIRST.racers[0].evolve(colour="#123456", visible=False)
    same = FIRST.with_racer(0, recoloured).evolve(appearance=FIRST.appearance.evolve(chart="lr"))
    assert same.computation() == key
    assert hash(same.computation()) == hash(key)
    own = FIRST.with_racer(0, FIRST.racers[0].evolve(start=FIRST.start))
    assert own.computation() == key
    for changed in (
        FIRST.evolve(steps=7),
        FIRST.evolve(seed=7),
        FIRST.evolve(stop_when_converged=False),
        FIRST.evolve(view=FIRST.view.evolve(fog=1)),
        FIRST.evolve(start=(0, 0)),
        FIRST.on_landscape("booth"),
        FIRST.with_racer(0, FIRST.racers[0].evolve(stream=9)),
    ):
        assert changed.computation() != key


class TestPlane:
    def test_points_and_projections_undo_each_other(self) -> None:
        plane = Plane(origin=(1, 2, 3), directions=((1, 0, 1), (0, 2, 0)))
        points = plane.points([[0.0, 1.0], [0.0, -1.0]])
        assert points.tolist() == [[1, 2], [2, 0], [3, 4]]
        assert plane.project(points).round(12).tolist() == [[0, 1], [0, -1]]
        # Nearest in the plane: (1, 0, -1) is across both directions.
        assert plane.project([2.0, 2.0, 2.0]).round(12).tolist() == [0, 0]

    def test_a_line_has_one_direction(self) -> None:
        line = Plane(origin=(1, 1), directions=((3, 4),))
        assert line.points([2.0]).tolist() == [7, 9]
        assert line.project([[7.0], [9.0]]).round(12).tolist() == [[2]]

    @pytest.mark.parametrize(
        ("origin", "directions", "message"),
        [
            ((0, 0), ((1, 0, 0),), "the origin has 2 coordinate(s), but a direction has 3"),
            ((0, 0), ((0, 0),), "a direction is zero"),
            ((0, 0), ((1, 2), (-2, -4)), "parallel"),
            ((), ((1,),), "at least 1"),
            ((0, 0, 0), ((1, 0, 0), (0, 1, 0), (0, 0, 1)), "at most 2"),
        ],
    )
    def test_what_spans_no_plane_is_refused(self, origin: Any, directions: Any, message: str) -> None:
        with pytest.raises(InvalidValueError) as caught:
            Plane(origin=origin, directions=directions)
        assert message in str(caught.value)

    def test_it_comes_back_from_files(self) -> None:
        plane = Plane(origin=(1, 2), directions=((1, 1), (1, -1)))
        experiment = FIRST.evolve(view=ComputationView(plane=plane))
        assert files.from_json(files.to_json(experiment)) == experiment
        assert share.from_text(share.to_text(experiment)) == experiment
        assert parse_lesson(lesson_from(experiment, "en")).scenes[0].experiment == experiment


def test_a_landscape_that_was_changed_unchecked_is_found() -> None:
    own = FormulaDefinition(formula="x^2 + y^2", domain={"x": (-1, 1), "y": (-1, 1)})
    experiment = Experiment(landscape=own)
    assert experiment.checked() is experiment
    wrong = experiment.model_copy(update={"landscape": own.model_copy(update={"scale": "cubic"})})
    with pytest.raises(
        InvalidValueError, match=r"^landscape\.scale = cubic is not allowed; it is 'linear' or 'log'$"
    ):
        wrong.checked()
