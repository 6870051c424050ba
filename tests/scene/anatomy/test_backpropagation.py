"""The phases of a network's step: in their order, with the right numbers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from optexplorer.engine.gradient_sources import MiniBatch
from optexplorer.scene.anatomy.equations import coloured, number
from optexplorer.scene.anatomy.explained_step import Anatomy
from optexplorer.scene.anatomy.phase import NETWORK_PARTS, Phase
from optexplorer.scene.computed import compute
from optexplorer.scene.network.stage import stage_of
from optexplorer.scene.palette import ROLE_COLOURS
from tests.shown_networks import corners, experiment_with, network, two_numbers

W1, B1, W2, B2 = 0.8, -0.3, 1.5, 0.2


def without_colours(latex: str) -> str:
    for role in ROLE_COLOURS["light"]:
        latex = latex.replace(rf"\textcolor{{{role}}}", "")
    return latex.replace("{", "").replace("}", "")


def anatomy_of(landscape: Any, start: tuple[float, ...] = (), step: int = 0, **settings: Any) -> Anatomy:
    (shown,) = compute(experiment_with(landscape, start, **settings)).scene(step).anatomies
    return shown.anatomy


def one_one_one(**settings: Any) -> Anatomy:
    return anatomy_of(network(two_numbers(), (1,)), (W1, B1, W2, B2), **settings)


def only(anatomy: Anatomy, part: str) -> list[Phase]:
    return [phase for phase in anatomy.phases if phase.part == part]


def test_phases_go_forwards_then_backwards_then_to_the_optimizer() -> None:
    anatomy = anatomy_of(network(corners(), (4, 3)))
    parts = [(phase.part, phase.layer) for phase in anatomy.phases]
    assert parts[:11] == [
        ("here", None),
        ("example", None),
        ("forward", 1),
        ("forward", 2),
        ("forward", 3),
        ("loss", None),
        ("backward", 3),
        ("backward", 2),
        ("backward", 1),
        ("weight", anatomy.phases[9].layer),
        ("batch", None),
    ]
    assert not NETWORK_PARTS & {part for part, _ in parts[11:]}
    assert [phase.part for phase in anatomy.phases[11:]] == ["term", "downhill", "term", "move"]


def test_the_numbers_are_those_of_a_hand_calculation() -> None:
    z = W1 * 0.5 + B1
    a = math.tanh(z)
    predicted = W2 * a + B2
    error = predicted - 1.0
    anatomy = one_one_one(network_weight=0)
    first, second = only(anatomy, "forward")
    lines = [without_colours(line.latex) for line in first.numbers]
    assert lines == [
        rf"z^(1)_1 = {number(W1)} \cdot {number(0.5)} + ({number(B1)}) = {number(z)}",
        rf"a^(1)_1 = \tanh({number(z)}) = {number(a)}",
    ]
    assert without_colours(second.numbers[0].latex).endswith(f"= {number(predicted)}")
    (loss,) = only(anatomy, "loss")
    assert loss.value == pytest.approx(error**2, rel=1e-13)
    assert loss.numbers[0].latex == f"L = ({number(predicted)} - {number(1.0)})^2 = {number(error**2)}"
    (weight,) = only(anatomy, "weight")
    by_a, slope = 2 * error * W2, 1 - a * a
    product = by_a * slope * 0.5
    assert weight.value == pytest.approx(product, rel=1e-13)
    put_in = rf"{number(by_a)} \cdot {number(slope)} \cdot {number(0.5)} = {number(product)}"
    assert without_colours(weight.numbers[0].latex).endswith(put_in)


@pytest.mark.parametrize("weight", range(4))
def test_the_mean_over_the_batch_is_the_gradient_of_the_optimizer(weight: int) -> None:
    anatomy = one_one_one(network_weight=weight)
    (batch,) = only(anatomy, "batch")
    gradient = only(anatomy, "term")[0]
    assert float(batch.value) == pytest.approx(float(gradient.value[weight]), rel=1e-12)
    assert anatomy.selected == weight


@pytest.mark.parametrize(
    "settings",
    [
        {"weight_decay": 0.3},
        {"dropout": 0.5},
        {"batch_norm": True},
        {"activation": "relu", "dropout": 0.3, "batch_norm": True, "weight_decay": 0.01},
    ],
)
def test_options_of_the_network_are_part_of_the_mean(settings: dict[str, Any]) -> None:
    landscape = network(corners(), (4, 3), **settings)
    anatomy = anatomy_of(landscape, step=2, source=MiniBatch(batch_size=5))
    (batch,) = only(anatomy, "batch")
    assert anatomy.selected is not None
    expected = float(anatomy.moment.gradient[anatomy.selected])
    assert float(batch.value) == pytest.approx(expected, rel=1e-12)


def test_of_many_weights_only_the_selected_one_is_written_out() -> None:
    anatomy = anatomy_of(network(corners(), (4,)), network_weight=3)
    step = only(anatomy, "term")[-1]
    change = float(step.value[3])
    assert len(step.numbers) == 2
    assert without_colours(step.numbers[0].latex).endswith(f"= {number(change)}")
    assert number(float(np.linalg.norm(step.value))) in step.numbers[1].latex
    assert all(line.coordinate == "" for phase in anatomy.phases for line in phase.numbers)
    here = anatomy.phases[0]
    assert without_colours(here.numbers[0].latex).startswith("w^(1)_2,2 = ")


@pytest.mark.parametrize("example", [0, 4, "mean"])
@pytest.mark.parametrize("settings", [{}, {"dropout": 0.4, "batch_norm": True, "activation": "gelu"}])
def test_every_equation_can_be_typeset(example: Any, settings: dict[str, Any]) -> None:
    import ziamath

    anatomy = anatomy_of(
        network(corners(), (5, 4), **settings), network_example=example, source=MiniBatch(batch_size=6)
    )
    for phase in anatomy.phases:
        if phase.part in NETWORK_PARTS:
            for latex in (phase.symbols, *(line.latex for line in phase.numbers)):
                assert "<svg" in ziamath.Latex(coloured(latex, ROLE_COLOURS["light"])).svg()


def test_other_landscapes_have_no_such_phases() -> None:
    experiment = experiment_with(network(two_numbers(), (1,))).evolve(landscape="ravine", start=())
    (shown,) = compute(experiment).scene(0).anatomies
    assert shown.anatomy.selected is None
    assert not NETWORK_PARTS & {phase.part for phase in shown.anatomy.phases}


def test_stages_follow_the_phases() -> None:
    anatomy = anatomy_of(network(corners(), (4, 3)))
    stages = [stage_of(anatomy, phase, 3) for phase in range(len(anatomy.phases))]
    known = [(stage.forward, stage.loss, stage.backward) for stage in stages]
    assert known[:11] == [
        (-1, False, None),
        (0, False, None),
        (1, False, None),
        (2, False, None),
        (3, False, None),
        (3, True, None),
        (3, True, 3),
        (3, True, 2),
        (3, True, 1),
        (3, True, 1),
        (3, True, 1),
    ]
    whole = stage_of(anatomy, None, 3)
    assert (whole.forward, whole.loss, whole.backward) == (3, True, None)
    assert stage_of(None, 4, 3) == whole
