"""Every optimizer keeps the promises that its declaration makes."""

from __future__ import annotations

import pickle
import re
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from optexplorer.engine import landscapes, optimizers
from optexplorer.engine.declaration import SettingsError, make
from optexplorer.engine.optimizers.base import Array, Optimizer, hyperparameters
from optexplorer.text import Text

IDS = optimizers.ids()
GOOD = [
    pytest.param(optimizers.get(id), example.settings, id=f"{id}-{number}")
    for id in IDS
    for number, example in enumerate(optimizers.get(id).examples)
    if example.message is None
]
BAD = [
    pytest.param(optimizers.get(id), example, id=f"{id}-{number}")
    for id in IDS
    for number, example in enumerate(optimizers.get(id).examples)
    if example.message is not None
]

BOWL = landscapes.get("quadratic-bowl")
ROSENBROCK = landscapes.get("rosenbrock")


def steps(optimizer: Optimizer, landscape: Any, x: Array, count: int) -> list[Array]:
    """Return the points of a descent, and check on the way that no input is changed."""
    update, state = optimizer.bind(landscape), optimizer.init(x)
    points = [x]
    with np.errstate(all="ignore"):
        for _ in range(count):
            gradient = landscape.gradient(x)
            step, state = update(gradient, state, x, optimizer.lr)
            x = x + step
            points.append(x)
    return points


def arrays_in(state: Any) -> list[Array]:
    if isinstance(state, np.ndarray):
        return [state]
    return [array for part in state for array in arrays_in(part)] if isinstance(state, tuple) else []


def test_there_are_all_the_optimizers_that_people_ask_about() -> None:
    wanted = """gd sgd momentum nesterov adagrad adadelta rmsprop adam adamw nadam radam adamax rprop asgd qhm qhadam
        adabelief yogi lion adan adahessian sophia prodigy schedule-free-sgd schedule-free-adamw lookahead sam newton
        bfgs l-bfgs conjugate-gradient gauss-newton levenberg-marquardt gd-backtracking gd-exact
        adafactor muon"""
    assert set(wanted.split()) <= set(IDS)


@pytest.mark.parametrize("id", IDS)
def test_words_are_there_in_both_languages(id: str) -> None:
    kind = optimizers.get(id)
    words = [kind.idea, kind.shines, kind.fails]
    names = [kind.title]
    for parameter in hyperparameters(kind):
        words.append(parameter.help)
        names.append(parameter.label)
        assert parameter.symbol
    for text in (*words, *names):
        assert isinstance(text, Text)
        assert text.en
        assert text.ja
    for text in words:
        assert text.en.endswith((".", ")"))
        assert re.search(r"[\u3040-\u30ff\u4e00-\u9fff]", text.ja), f"{text.ja} is not Japanese"
        assert text.ja.endswith(("。", "。)")), text.ja
    assert kind.reference
    assert kind.id == id
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", id)
    assert kind.__doc__


@pytest.mark.parametrize("id", IDS)
def test_every_field_is_a_declared_hyperparameter(id: str) -> None:
    kind = optimizers.get(id)
    assert [parameter.name for parameter in hyperparameters(kind)] == list(kind.model_fields)


@pytest.mark.no_cover
@pytest.mark.parametrize("id", IDS)
def test_the_formula_and_the_symbols_can_be_drawn(id: str) -> None:
    import ziamath

    kind = optimizers.get(id)
    symbols = r",\ ".join(parameter.symbol for parameter in hyperparameters(kind))
    for latex in (kind.formula, symbols):
        assert "<svg" in ziamath.Latex(latex).svg()


@pytest.mark.parametrize(("kind", "settings"), GOOD)
def test_good_examples_stay_finite_on_a_bowl(kind: type[Optimizer], settings: dict[str, Any]) -> None:
    points = steps(make(kind, settings), BOWL, np.array([-4.0, 3.0]), 50)
    assert np.isfinite(points).all()


@pytest.mark.parametrize(("kind", "example"), BAD)
def test_bad_examples_are_refused_with_their_message(kind: type[Optimizer], example: Any) -> None:
    for made in (lambda: kind(**example.settings), lambda: make(kind, example.settings)):
        with pytest.raises(SettingsError, match=re.escape(example.message)) as refusal:
            made()
        assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("id", IDS)
def test_every_optimizer_has_a_good_and_a_bad_example(id: str) -> None:
    messages = [example.message is None for example in optimizers.get(id).examples]
    assert any(messages)
    assert not all(messages)


@pytest.mark.parametrize("id", IDS)
def test_every_optimizer_finds_the_bottom_of_the_bowl(id: str) -> None:
    kind = optimizers.get(id)
    reached = []
    for settings in [example.settings for example in kind.examples if example.message is None]:
        x = steps(make(kind, settings), BOWL, np.array([-4.0, 3.0]), 2000)[-1]
        reached.append(float(np.hypot(*x)))
        if reached[-1] < 0.05:
            return
    pytest.fail(f"{id} ends at distances {reached}")


@pytest.mark.parametrize(("kind", "settings"), GOOD)
def test_a_batch_equals_its_points_to_the_bit(kind: type[Optimizer], settings: dict[str, Any]) -> None:
    optimizer = make(kind, settings)
    starts = np.array([[-1.2, 1.0], [0.5, -0.5], [1.5, 2.0], [0.0, 0.0], [-2.0, -1.0]]).T.copy()
    together = np.array(steps(optimizer, ROSENBROCK, starts, 25))
    for i in range(starts.shape[1]):
        alone = np.array(steps(optimizer, ROSENBROCK, starts[:, i].copy(), 25))
        np.testing.assert_array_equal(together[:, :, i], alone)


@pytest.mark.parametrize(("kind", "settings"), GOOD)
def test_points_may_leave_a_batch_on_the_way(kind: type[Optimizer], settings: dict[str, Any]) -> None:
    from optexplorer.engine.batch_stepper import points_of

    optimizer = make(kind, settings)
    x = np.array([[-1.2, 1.0], [0.5, -0.5], [1.5, 2.0]]).T.copy()
    keep = np.array([True, False, True])
    whole = steps(optimizer, ROSENBROCK, x, 12)[-1][:, keep]
    update, state = optimizer.bind(ROSENBROCK), optimizer.init(x)
    with np.errstate(all="ignore"):
        for k in range(12):
            if k == 6:
                x, state = x[:, keep].copy(), points_of(state, np.flatnonzero(keep))
            step, state = update(ROSENBROCK.gradient(x), state, x, optimizer.lr)
            x = x + step
    np.testing.assert_array_equal(x, whole)


@pytest.mark.parametrize(("kind", "settings"), GOOD)
def test_one_rate_per_point(kind: type[Optimizer], settings: dict[str, Any]) -> None:
    optimizer = make(kind, settings)
    starts = np.array([[-1.2, 1.0], [0.5, -0.5]]).T.copy()
    rates = np.array([optimizer.lr, optimizer.lr / 2])
    x, update, state = starts, optimizer.bind(ROSENBROCK), optimizer.init(starts)
    alone = [optimizer.init(starts[:, i]) for i in range(2)]
    points = [starts[:, i] for i in range(2)]
    with np.errstate(all="ignore"):
        for _ in range(12):
            step, state = update(ROSENBROCK.gradient(x), state, x, rates)
            x = x + step
            for i in range(2):
                step, alone[i] = update(ROSENBROCK.gradient(points[i]), alone[i], points[i], float(rates[i]))
                points[i] = points[i] + step
    np.testing.assert_allclose(x, np.array(points).T, rtol=1e-12)


@pytest.mark.parametrize(("kind", "settings"), GOOD)
def test_an_update_changes_none_of_its_inputs(kind: type[Optimizer], settings: dict[str, Any]) -> None:
    optimizer = make(kind, settings)
    for start in (np.array([-1.2, 1.0]), np.array([[-1.2, 0.3], [1.0, -0.2]])):
        x, update = start, optimizer.bind(ROSENBROCK)
        state = optimizer.init(x)
        with np.errstate(all="ignore"):
            for _ in range(7):
                gradient = ROSENBROCK.gradient(x)
                inputs = [gradient, x, *arrays_in(state)]
                copies = [array.copy() for array in inputs]
                for array in inputs:
                    array.flags.writeable = False
                step, following = update(gradient, state, x, optimizer.lr)
                assert step.shape == x.shape
                for array, copy in zip(inputs, copies, strict=True):
                    np.testing.assert_array_equal(array, copy)
                state, x = following, x + step


@pytest.mark.parametrize(("kind", "settings"), GOOD)
def test_settings_survive_a_file_and_a_pickle(kind: type[Optimizer], settings: dict[str, Any]) -> None:
    optimizer = make(kind, settings)
    assert kind.model_validate_json(optimizer.model_dump_json()) == optimizer
    assert kind(**optimizer.model_dump()) == optimizer
    assert pickle.loads(pickle.dumps(optimizer)) == optimizer
    assert hash(pickle.loads(pickle.dumps(optimizer))) == hash(optimizer)
    changed = optimizer.model_copy(update={"lr": 0.125})
    assert kind.model_validate_json(changed.model_dump_json()) == changed


def test_ids_are_unique_and_classes_have_names_of_their_own() -> None:
    kinds = [optimizers.get(id) for id in IDS]
    assert len(set(kinds)) == len(IDS)
    assert len({kind.__name__ for kind in kinds}) == len(IDS)
    assert all(left.id != right.id for left, right in pairwise(kinds))
