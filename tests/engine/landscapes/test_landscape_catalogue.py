"""Every landscape of the catalogue is walked: a new file is tested as soon as it exists."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import numpy as np
import pytest

from optexplorer.catalogue import Catalogue, UnknownIdError
from optexplorer.engine import landscapes
from optexplorer.engine.landscapes import registry
from optexplorer.engine.landscapes.base import GROUPS, Landscape
from optexplorer.engine.landscapes.formula.definition import FormulaDefinition, FormulaLandscape
from optexplorer.resource_files import resources

IDS = tuple(id for id in landscapes.ids() if isinstance(landscapes.get(id), FormulaLandscape))
"""Those made of data are walked in `models/test_shipped_landscapes.py`."""
PUBLISHED = json.loads(
    (Path(__file__).parents[2] / "data" / "published_minima.json").read_text(encoding="utf-8")
)
KINKED_AT_MINIMUM = {"bukin-n6", "abs-1d", "diamond", "pyramid"}


@pytest.fixture(autouse=True)
def _quiet() -> object:
    with np.errstate(all="ignore"):
        yield


@pytest.fixture(params=IDS)
def landscape(request: pytest.FixtureRequest) -> Landscape:
    return landscapes.get(request.param)


def points(landscape: Landscape, count: int) -> np.ndarray:
    low, high = np.array(landscape.domain).T
    return np.random.default_rng(5).uniform(low, high, (count, landscape.dimension)).T.copy()


def differences(function, x: np.ndarray, axis: int, h: float) -> np.ndarray:
    """Return the central difference of sixth order (Fornberg 1988, table 1)."""
    shift = np.zeros_like(x)
    shift[axis] = h
    total = 0.0
    for weight, k in ((45.0, 1), (-9.0, 2), (1.0, 3)):
        total = total + weight * (function(x + k * shift) - function(x - k * shift))
    return total / (60 * h)


def share_that_agrees(function, derivative, landscape: Landscape) -> float:
    """Return at which share of random points the derivative agrees with the best of several differences."""
    x = points(landscape, 60)
    width = np.ptp(np.array(landscape.domain), axis=1)
    error = np.full(x.shape[1], np.inf)
    exact = np.stack([derivative(x)[..., axis, :] for axis in range(landscape.dimension)], axis=-2)
    for scale in (1e-3, 3e-4, 1e-4, 1e-5):
        found = np.stack(
            [differences(function, x, axis, scale * width[axis]) for axis in range(landscape.dimension)], -2
        )
        size = 1e-3 + np.max(np.abs(exact), axis=tuple(range(exact.ndim - 1)))
        gap = np.max(np.abs(found - exact), axis=tuple(range(exact.ndim - 1))) / size
        error = np.fmin(error, gap)
    return float(np.mean(error < 1e-5))


def test_there_are_enough() -> None:
    assert len(IDS) >= 40
    assert {landscapes.get(id).group for id in IDS} == set(GROUPS) - {"own", "painted", "learning"}


@pytest.mark.numbers
def test_gradient_agrees_with_differences(landscape: Landscape) -> None:
    least = 0.85 if landscape.group == "discontinuous" else 0.95
    assert share_that_agrees(landscape.value, landscape.gradient, landscape) >= least


@pytest.mark.numbers
def test_hessian_agrees_with_differences_of_the_gradient(landscape: Landscape) -> None:
    assert landscape.has_hessian
    least = 0.85 if landscape.group == "discontinuous" else 0.95
    assert share_that_agrees(landscape.gradient, landscape.hessian, landscape) >= least


@pytest.mark.numbers
def test_minima_are_minima(landscape: Landscape) -> None:
    for minimum in landscape.minima:
        x = np.array(minimum.position)
        low, high = np.array(landscape.domain).T
        assert np.all((low <= x) & (x <= high))
        assert landscape.value(x) == pytest.approx(minimum.value, rel=1e-12, abs=1e-11)
        around = (
            x[:, None] + 1e-5 * np.random.default_rng(1).standard_normal((x.size, 40)) * (high - low)[:, None]
        )
        around = np.clip(around, low[:, None], high[:, None])
        assert np.all(landscape.value(around) >= minimum.value - 1e-11)
        inside = (low < x) & (x < high)
        if landscape.group != "discontinuous" and landscape.id not in KINKED_AT_MINIMUM:
            slope = np.abs(landscape.gradient(x))[inside]
            curvature = np.abs(landscape.hessian(x)).max()
            assert np.all(slope <= 1e-13 * (1 + curvature) * (1 + np.abs(x).max()))


def test_no_grid_point_lies_below_the_global_minimum(landscape: Landscape) -> None:
    if landscape.global_minimum is None:
        return
    axes = [np.linspace(low, high, 151) for low, high in landscape.domain]
    grid = np.array(np.meshgrid(*axes))
    assert np.nanmin(landscape.value(grid)) >= landscape.global_minimum - 1e-9 * max(
        1, abs(landscape.global_minimum)
    )


@pytest.mark.parametrize(
    "entry", PUBLISHED, ids=[f"{entry['id']}-{place}" for place, entry in enumerate(PUBLISHED)]
)
def test_minima_agree_with_the_published(entry: dict) -> None:
    landscape = landscapes.get(entry["id"])
    nearest = min(landscape.minima, key=lambda known: np.abs(np.subtract(known.position, entry["at"])).max())
    assert np.allclose(nearest.position, entry["at"], rtol=0, atol=entry["at_tolerance"])
    assert nearest.value == pytest.approx(entry["value"], rel=0, abs=entry["value_tolerance"])


def test_minima_and_derivatives_hold_at_the_ends_of_every_slider(landscape: Landscape) -> None:
    assert isinstance(landscape, FormulaLandscape)
    for name, parameter in landscape.definition.parameters.items():
        for value in (parameter.low, parameter.high):
            changed = landscapes.get(landscape.id, {name: value})
            assert changed != landscape
            for minimum in changed.minima:
                x = np.array(minimum.position)
                assert changed.value(x) == pytest.approx(minimum.value, abs=1e-10)
                assert np.allclose(changed.gradient(x), 0, atol=1e-9)
            assert share_that_agrees(changed.value, changed.gradient, changed) >= 0.9


def test_start_is_inside_and_lies_above_the_minimum(landscape: Landscape) -> None:
    assert len(landscape.start) == landscape.dimension
    assert all(low <= x <= high for x, (low, high) in zip(landscape.start, landscape.domain, strict=True))
    loss = float(landscape.value(np.array(landscape.start)))
    assert np.isfinite(loss)
    assert landscape.global_minimum is None or loss > landscape.global_minimum
    moves = np.any(landscape.gradient(np.array(landscape.start)) != 0)
    assert moves or landscape.id == "step"


def test_words_in_both_languages(landscape: Landscape) -> None:
    for text in (landscape.name, landscape.lesson):
        assert text.en.strip()
        assert text.ja.strip()
        assert text.en.isascii() or text is landscape.name
    assert any(ord(character) > 0x3000 for character in landscape.lesson.ja)
    assert landscape.lesson.en.endswith(".")
    assert landscape.lesson.ja.endswith("。")
    assert landscape.source
    for parameter in landscape.definition.parameters.values():
        assert parameter.label.en
        assert parameter.label.ja


@pytest.mark.no_cover
def test_latex_is_rendered(landscape: Landscape) -> None:
    ziamath = pytest.importorskip("ziamath")
    assert "<svg" in ziamath.Latex(landscape.latex).svg()


def test_definition_round_trips_through_json(landscape: Landscape) -> None:
    definition = landscape.definition
    again = FormulaDefinition.model_validate_json(definition.model_dump_json())
    assert again == definition
    assert hash(again) == hash(definition)
    assert FormulaLandscape(landscape.id, again) == landscape


def test_pickle_round_trip(landscape: Landscape) -> None:
    again = pickle.loads(pickle.dumps(landscape))
    assert again == landscape
    assert hash(again) == hash(landscape)
    x = points(landscape, 3)
    assert np.array_equal(again.gradient(x), landscape.gradient(x))


@pytest.mark.numbers
def test_batch_agrees_with_single_points_to_the_bit(landscape: Landscape) -> None:
    x = points(landscape, 97)
    x[:, 0] = landscape.start
    x[:, 1] = 0.0
    for function in (
        landscape.value,
        landscape.gradient,
        landscape.hessian,
        landscape.residuals,
        landscape.residual_jacobian,
    ):
        batch = function(x)
        if batch is None:
            continue
        single = np.stack([function(x[:, place].copy()) for place in range(x.shape[1])], axis=-1)
        assert batch.dtype == single.dtype == np.float64
        assert batch.shape == single.shape
        assert np.array_equal(batch, single, equal_nan=True)
        folded = function(x[:, :96].reshape(-1, 8, 12))
        assert np.array_equal(folded.reshape(*folded.shape[:-2], 96), batch[..., :96], equal_nan=True)


def test_value_and_gradient_together_are_what_they_are_alone_to_the_bit(landscape: Landscape) -> None:
    x = points(landscape, 97)
    for at in (x, x[:, 0].copy(), x[:, :96].reshape(-1, 8, 12)):
        loss, gradient = landscape.value_and_gradient(at)
        assert np.array_equal(loss, landscape.value(at), equal_nan=True)
        assert np.array_equal(gradient, landscape.gradient(at), equal_nan=True)


def test_inputs_are_not_modified_and_results_are_no_views(landscape: Landscape) -> None:
    x = points(landscape, 5)
    before = x.copy()
    x.flags.writeable = False
    for function in (landscape.value, landscape.gradient, landscape.hessian, landscape.residuals):
        result = function(x)
        assert result is None or not np.shares_memory(result, x)
    assert np.array_equal(x, before)


def test_residuals_add_up_to_the_loss(landscape: Landscape) -> None:
    x = points(landscape, 20)
    residuals = landscape.residuals(x)
    if residuals is None:
        assert landscape.residual_jacobian(x) is None
        return
    assert np.allclose((residuals**2).sum(axis=0), landscape.value(x), rtol=1e-12)
    jacobian = landscape.residual_jacobian(x)
    assert np.allclose(
        2 * (residuals[:, None] * jacobian).sum(axis=0), landscape.gradient(x), rtol=1e-9, atol=1e-9
    )


@pytest.mark.parametrize("id", ["rosenbrock", "beale", "booth", "himmelblau", "freudenstein-roth", "ravine"])
def test_classic_least_squares_are_recognised(id: str) -> None:
    assert landscapes.get(id).residuals(np.array(landscapes.get(id).start)) is not None


def test_ids_are_the_names_of_the_files() -> None:
    ids = landscapes.ids()
    assert set(ids) >= {path.stem for path in (resources() / "landscapes").glob("*.toml")}
    assert all(id == id.lower() and "_" not in id and " " not in id for id in ids)


def test_unknown_id_suggests_the_nearest() -> None:
    with pytest.raises(UnknownIdError, match="rosenbrock"):
        landscapes.get("rosenbrok")


def test_parameters_are_checked() -> None:
    with pytest.raises(ValueError, match="no parameter 'q'"):
        landscapes.get("ravine", {"q": 1})
    with pytest.raises(ValueError, match="1 <= k <= 1000"):
        landscapes.get("ravine", {"k": 0})
    assert landscapes.get("ravine", {"k": 20}) == landscapes.get("ravine")


def test_ackley_has_zero_gradient_at_its_tip() -> None:
    assert np.array_equal(landscapes.get("ackley").gradient(np.zeros(2)), np.zeros(2))


def test_plugins_bring_landscapes(monkeypatch: pytest.MonkeyPatch) -> None:
    definition = FormulaDefinition(formula="x^2 + 3*y^2", domain={"x": (-1, 1), "y": (-1, 1)})
    brought = [("plugin-bowl", definition), ("rosenbrock", definition)]
    monkeypatch.setattr(landscapes, "plugins", lambda group, fits: iter(brought))
    catalogue = Catalogue(
        "landscape", landscapes._own, landscapes._load, add_plugins=landscapes._with_plugins
    )
    assert set(catalogue.ids()) == {*landscapes.catalogue_ids(), "plugin-bowl"}
    assert catalogue.get("plugin-bowl").gradient(np.array([1.0, 1.0])).tolist() == [2.0, 6.0]
    assert catalogue.get("rosenbrock").group == "ravines"


def test_broken_files_name_themselves(tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text('formula = "x +"\ndomain = { x = [0, 1] }', encoding="utf-8")
    with pytest.raises(ValueError, match=r"(?s)broken\.toml .*ends too early"):
        registry.read_file(broken)
