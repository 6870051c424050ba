"""A kind of landscape is one module: files, texts, lessons and pictures take it from the registry."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, Literal, Self

import numpy as np
import pytest
from pydantic import Field

from optexplorer.engine import landscapes
from optexplorer.engine.landscapes import registry
from optexplorer.engine.landscapes.base import (
    Array,
    Block,
    Landscape,
    LandscapeDefinition,
    Minimum,
    is_parameter_variant,
)
from optexplorer.engine.landscapes.formula.definition import FormulaDefinition
from optexplorer.engine.landscapes.painted.definition import PaintedDefinition
from optexplorer.engine.optimizers.gradient_descent import GradientDescent
from optexplorer.experiment import files, share
from optexplorer.experiment.difference import differences
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.lessons.reading import parse_lesson
from optexplorer.lessons.writing import lesson_from
from optexplorer.scene.computed import compute
from optexplorer.text import Text


class BowlDefinition(LandscapeDefinition):
    """A toy: width * (x² + y²)."""

    title: ClassVar[Text] = Text("Bowl", "お椀")
    own_id: ClassVar[str] = "own-bowl"

    kind: Literal["bowl"] = "bowl"
    width: float = Field(gt=0)

    def landscape(self, id: str | None = None) -> Bowl:
        return Bowl(self, id or self.own_id)

    def with_values(self, values: Mapping[str, float]) -> Self:
        return self.model_validate({**self.model_dump(), **values})

    def is_variant_of(self, other: LandscapeDefinition) -> bool:
        return isinstance(other, BowlDefinition)


class Bowl(Landscape):
    group = "convex"
    lesson = Text("", "")
    source = ""
    variables = ("x", "y")
    domain = ((-2.0, 2.0), (-2.0, 2.0))
    minima = (Minimum((0.0, 0.0), 0.0),)
    start = (1.0, 1.5)
    height_scale = "linear"
    definition: BowlDefinition

    def __init__(self, definition: BowlDefinition, id: str) -> None:
        self.id, self.definition = id, definition
        self.name = definition.name if any(definition.name) else definition.title

    @property
    def latex(self) -> str:
        return "w (x^2 + y^2)"

    def value(self, x: Array) -> Array:
        return self.definition.width * (x[0] * x[0] + x[1] * x[1])

    def gradient(self, x: Array) -> Array:
        return 2 * self.definition.width * x


@pytest.fixture
def experiment(monkeypatch: pytest.MonkeyPatch) -> Experiment:
    """Return a race in a landscape of a fourth kind, registered for this test."""
    monkeypatch.setitem(registry.KINDS.found, "bowl", BowlDefinition)
    racers = (Racer(optimizer=GradientDescent(lr=0.1)),)
    return Experiment(landscape=BowlDefinition(width=1.5, name="Mine"), racers=racers, steps=5)


def test_the_programs_own_kinds_are_found() -> None:
    assert {
        "formula": FormulaDefinition,
        "painted": PaintedDefinition,
    }.items() <= registry.KINDS.found.items()
    for kind in registry.KINDS:
        assert kind.title.en
        assert kind.title.ja
        assert kind.own_id


def test_another_kind_comes_back_from_files_texts_and_lessons(experiment: Experiment) -> None:
    data = files.to_json(experiment)
    assert json.loads(data)["landscape"] == {
        "kind": "bowl",
        "name": {"en": "Mine", "ja": "Mine"},
        "width": 1.5,
    }
    assert files.from_json(data) == experiment
    assert share.from_text(share.to_text(experiment)) == experiment
    assert parse_lesson(lesson_from(experiment, "en")).scenes[0].experiment == experiment
    assert experiment.checked() is experiment


def test_another_kind_has_a_scene(experiment: Experiment) -> None:
    computed = compute(experiment)
    (trajectory,) = computed.trajectories
    assert trajectory is not None
    np.testing.assert_allclose(trajectory.position[3], (0.7**3, 1.5 * 0.7**3), rtol=1e-12)
    assert computed.scene(3).landscape == experiment.resolve_landscape()


def test_another_kind_has_parameters_and_words(experiment: Experiment) -> None:
    wider = experiment.evolve(landscape=experiment.landscape.with_values({"width": 3}))  # type: ignore[union-attr]
    assert wider.resolve_landscape().value(np.ones(2)) == 6
    assert is_parameter_variant(experiment.resolve_landscape(), wider.resolve_landscape())
    (difference,) = differences(experiment, wider)
    assert difference.first.en == "Mine"


def test_what_is_wrong_with_another_kind_is_told_in_its_place(experiment: Experiment) -> None:
    fields = json.loads(files.to_json(experiment))
    fields["landscape"]["width"] = -1
    with pytest.raises(
        files.FileError, match=r"^landscape\.width = -1 is not allowed; it must be greater than 0$"
    ):
        files.read_fields(fields)
    fields["landscape"] = {"kind": "bowl", "width": 1, "depth": 2}
    with pytest.raises(files.FileError, match=r"^landscape\.depth is not known here"):
        files.read_fields(fields)


def test_another_kind_is_read_from_a_file_of_its_own(experiment: Experiment, tmp_path: Path) -> None:
    toml, other = tmp_path / "mine.toml", tmp_path / "mine.json"
    toml.write_text('kind = "bowl"\nwidth = 1.5\nname = "Mine"\n', encoding="utf-8")
    other.write_text('{"kind": "bowl", "width": 1.5, "name": "Mine"}', encoding="utf-8")
    assert registry.read_file(toml) == registry.read_file(other) == experiment.landscape
    other.write_text('{"kind": "bow"}', encoding="utf-8")
    with pytest.raises(ValueError, match=r"^mine\.json holds no landscape: .*did you mean 'bowl'\?$"):
        registry.read_file(other)


def test_a_file_from_before_kinds_is_a_formula_or_painted(tmp_path: Path) -> None:
    path = tmp_path / "old.toml"
    path.write_text('formula = "x^2"\ndomain = { x = [0, 1] }\n', encoding="utf-8")
    assert registry.read_file(path) == FormulaDefinition(formula="x^2", domain={"x": (0, 1)})
    painted = PaintedDefinition.of(np.zeros((4, 4)), {"x": (0, 1), "y": (0, 1)})
    path = tmp_path / "old.json"
    path.write_text(painted.model_dump_json(exclude={"kind"}), encoding="utf-8")
    assert registry.read_file(path) == painted


def test_coordinates_are_one_block_unless_a_landscape_says_otherwise() -> None:
    assert landscapes.get("booth").blocks == (Block("x", (2,)),)
    assert landscapes.get("quadratic-1d").blocks == (Block("x", (1,)),)


class PlainDefinition(LandscapeDefinition):
    """A kind that has nothing to set: what its class says of parameters is what the base says."""

    title: ClassVar[Text] = Text("Plain", "平面")
    own_id: ClassVar[str] = "own-plain"

    kind: Literal["plain"] = "plain"

    def landscape(self, id: str | None = None) -> Landscape:
        return BowlDefinition(width=1).landscape(id or self.own_id)


def test_a_kind_without_parameters_has_none_to_set() -> None:
    plain = PlainDefinition()
    assert plain.sliders() == {}
    assert plain.with_values({}) is plain
    with pytest.raises(ValueError, match=r"^this landscape has no parameters$"):
        plain.with_values({"width": 2.0})
    assert plain.is_variant_of(PlainDefinition())
    assert not plain.is_variant_of(BowlDefinition(width=1))
    assert plain.as_own() == plain
    # A landscape that a plugin brings as a class has no definition.
    assert not is_parameter_variant(plain.landscape(), landscapes.get("himmelblau"))
    with pytest.raises(NotImplementedError, match="the Hessian of landscape 'own-plain' is not known"):
        plain.landscape().hessian(np.zeros(2))
    assert (plain.landscape().residuals(np.zeros(2)), plain.landscape().residual_jacobian(np.zeros(2))) == (
        None,
        None,
    )


def test_a_landscape_that_a_plugin_brings_as_a_class_has_no_parameters(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    brought = BowlDefinition(width=1).landscape("brought")
    assert landscapes._load("brought", brought) is brought
    monkeypatch.setattr(brought, "definition", None)
    monkeypatch.setattr(landscapes, "_get", lambda id: brought)
    assert landscapes.get("brought") is brought
    with pytest.raises(ValueError, match=r"^the landscape 'brought' has no parameters$"):
        landscapes.get("brought", {"width": 2.0})
