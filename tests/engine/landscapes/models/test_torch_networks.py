"""Losses, gradients and products with the Hessian of networks are those of PyTorch, with each option and without."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from optexplorer.engine.landscapes.models.data.base import Dataset
from optexplorer.engine.landscapes.models.predictors.base import Examples
from optexplorer.engine.landscapes.models.predictors.mlp import MLP
from optexplorer.engine.landscapes.models.predictors.network.dropout import masks
from optexplorer.engine.landscapes.models.predictors.network.predictor import NetworkPredictor

pytestmark = pytest.mark.numbers

FILE: dict[str, Any] = json.loads(
    (Path(__file__).parents[3] / "data" / "torch_networks.json").read_text(encoding="utf-8")
)
SHARED = FILE["shared"]
SETTINGS = ("activation", "init", "weight_decay", "dropout", "batch_norm")


def network_of(case: dict[str, Any]) -> tuple[NetworkPredictor, np.ndarray, Examples]:
    """Return the network of a case, the point where PyTorch was asked, and the examples."""
    classes = tuple(map(str, range(SHARED["classes"]))) if case["task"] == "classification" else ()
    data = Dataset(
        np.array(SHARED["inputs"]),
        np.array(SHARED["targets"][case["task"]]),
        case["task"],
        ("x1", "x2"),
        "y",
        classes,
    )
    model = MLP(hidden=tuple(SHARED["hidden"]), **{name: case[name] for name in SETTINGS})
    theta = np.array(SHARED["points"][case["point"]])
    return model.predictor(data), theta, Examples(data.inputs, data.targets)


def assert_equal(found: np.ndarray, expected: list[float]) -> None:
    scale = max(1e-3, float(np.abs(expected).max()))
    np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-12 * scale)


def name(case: dict[str, Any]) -> str:
    return "-".join(str(case[key]) for key in ("task", *SETTINGS))


@pytest.mark.parametrize("case", FILE["cases"], ids=name)
def test_loss_and_gradient_are_those_of_pytorch(case: dict[str, Any]) -> None:
    network, theta, examples = network_of(case)
    loss, gradient = network.loss_and_gradient(theta, examples, SHARED["mask_seed"])
    assert loss == pytest.approx(case["loss"], rel=1e-12, abs=1e-14)
    assert_equal(gradient, case["gradient"])
    if not case["dropout"]:
        assert network.loss(theta, examples) == pytest.approx(case["loss"], rel=1e-12, abs=1e-14)


@pytest.mark.parametrize("case", [case for case in FILE["cases"] if "product" in case], ids=name)
def test_products_with_the_hessian_are_those_of_pytorch(case: dict[str, Any]) -> None:
    network, theta, examples = network_of(case)
    direction = np.array(SHARED["direction"][: len(theta)])
    assert_equal(network.hessian_product(theta, direction, examples), case["product"])


def test_every_choice_is_among_the_cases() -> None:
    for setting in ("activation", "init"):
        assert {case[setting] for case in FILE["cases"]} == set(MLP.model_fields[setting].annotation.__args__)  # type: ignore[union-attr]


def test_masks_are_drawn_as_the_script_for_pytorch_draws_them() -> None:
    rate = SHARED["rate"]
    found = masks(SHARED["mask_seed"], rate, len(SHARED["inputs"]), SHARED["hidden"])
    for mask, kept in zip(found, SHARED["masks"], strict=True):
        np.testing.assert_array_equal(mask, np.array(kept) * (1 / (1 - rate)))
