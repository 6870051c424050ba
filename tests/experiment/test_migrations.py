"""Files, shared texts and lessons from before version 2 mean what they meant."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from optexplorer.engine.gradient_sources.noisy import Noisy
from optexplorer.engine.landscapes.formula.definition import FormulaDefinition
from optexplorer.engine.optimizers.adam import Adam
from optexplorer.engine.optimizers.gradient_descent import GradientDescent, Momentum
from optexplorer.engine.optimizers.wrappers import Lookahead
from optexplorer.engine.schedules.decay import Step
from optexplorer.experiment import files, share
from optexplorer.experiment.appearance import Appearance, Camera
from optexplorer.experiment.computation_view import ComputationView
from optexplorer.experiment.default_experiment import default_experiment
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.lessons.reading import parse_lesson
from optexplorer.lessons.toml_block import LessonError

OLD_FILE = Path(__file__).parent.parent / "data" / "version_1.optx"
OLD_TEXT = (
    "optx1:eNpVUeluwjAMfhfv3xZQW2BHXwUB8pIMLHIpSSmH-u5zAhraj7S24--IfQODTiWJQUN_gx8f7WAQejhvu7fj62XbgQDlLZ"
    "Ir92fo17PFvBF8NgIuJe045bOZBASMaHXWMZXmY_mc0AxMXTBg_Ah9W6ID7Q_Qf82baWJYRFkh6xv4kMnSVUe2gAotqxuOm3mzEv"
    "CtM7Yl-RSQMsbMkELXVvX_YOP9EQ8a1ZOhE0DOldv_rdZb7fJQtP5C7mdBNhC0I7eveAGjZt95p7TESy2xeX7lgu3Ig1aDqUMkxa"
    "Qp6wCi_naJhaD_4ObkhyifTc5TunCXNBR2jmf_0Kn5Y3K1kGhv8WGqgLgOlHyOPpAEJpbeMDVXX9pusVy9V-moeYD9ctrcffCEl8"
    "x1Ij0WB5JXFbFEeCU7ZF5Ie3_SnWxnMTDhiSIpSkw4klNlg-vZY-jiufvpF4mitP8"
)
OLD_DEFAULT = (
    "optx1:eNpt0E0KgzAQBeC7TLdS4k8adGetXqJ0kZpBhMSEJHZR8e6NG4nS5XszHwOzgOSTcD03CBW8kUuEBCzv0Tqongto40c1ft"
    "GG8SBgTY6V0gonP6uAei31vHWXB6UtIaFy3iJXUKVnNqHzaPXnwJqGlTWLWHZmXPDBchFWZIjkSmPe3srucDU_c6ucsdrsnGSxJ6"
    "RsWR754s95teM0tqwuunsXWbq-toAmfDEnZP0B_81w8Q"
)

MEANT = Experiment(
    landscape=FormulaDefinition(
        formula="x^2+k*y^2",
        domain={"x": (-3, 3), "y": (-2, 2)},
        parameters={"k": {"value": 3, "low": 1, "high": 9}},
    ),
    racers=(
        Racer(optimizer=Adam(lr=0.05, beta1=0.8), start=(1, 1), colour="#0072B2", stream=0),
        Racer(
            optimizer=Lookahead(lr=0.02, k=3, inner=Momentum(momentum=0.5)),
            schedule=Step(step_size=7),
            source=Noisy(sigma=0.5),
            colour="#123456",
            stream=4,
        ),
    ),
    steps=40,
    view=ComputationView(window=(-1, 1, -2, 2)),
    appearance=Appearance(camera=Camera(azimuth=10), colour_map="viridis"),
)


def test_a_file_of_version_1() -> None:
    assert files.read(OLD_FILE) == MEANT


def test_the_same_fields_without_a_version_are_of_version_0() -> None:
    fields = json.loads(OLD_FILE.read_bytes())
    bare = {key: value for key, value in fields.items() if key not in ("format", "version")}
    assert files.read_fields(bare) == MEANT


def test_shared_texts_of_version_1() -> None:
    assert share.from_text(OLD_TEXT) == MEANT
    assert share.from_text(OLD_DEFAULT) == default_experiment()


def test_racers_of_old_files_that_name_neither_colour_nor_stream_share_them() -> None:
    # So did the numbers of version 1 come about; by their places the second would have another noise.
    found = files.read_fields({"landscape": "booth", "racers": [{"optimizer": "sgd"}] * 2, "version": 1})
    assert [(racer.colour, racer.stream) for racer in found.racers] == [("#0072B2", 0)] * 2


def test_a_painted_landscape_of_version_1_is_told_by_its_heights() -> None:
    heights = "eNpjYGhgoBQDACT4BAE="
    fields = {"domain": {"x": [0, 1], "y": [0, 1]}, "rows": 4, "columns": 4, "heights": heights}
    with pytest.raises(files.FileError, match="landscape: heights"):
        files.read_fields({"landscape": fields, "version": 1})


def test_version_2_has_one_shape() -> None:
    racer = {"optimizer": "adam", "lr": 0.05}
    with pytest.raises(files.FileError, match=r'"optimizer": \{"id": "adam", "lr"'):
        files.read_fields({"landscape": "booth", "racers": [racer], "version": 2})
    own = {"formula": "x^2", "domain": {"x": [0, 1]}}
    with pytest.raises(files.FileError, match=r"landscape: it names no kind; .*formula, model, painted"):
        files.read_fields({"landscape": own, "version": 2})
    own["kind"] = "formulae"
    with pytest.raises(
        files.FileError, match="no kind of landscape is called 'formulae'; did you mean 'formula'"
    ):
        files.read_fields({"landscape": own, "version": 2})


LESSON = """+++
id = "old"
title = "Old"
+++

# One

```toml experiment
steps = 7
[landscape]
formula = "x^2 + y^2"
domain = { x = [-1, 1], y = [-1, 1] }
[view]
fog = 0.5
colour_map = "viridis"
[view.camera]
azimuth = 10
[[racers]]
optimizer = "gd"
lr = 0.25
[[racers]]
optimizer = "momentum"
```
"""


def test_a_lesson_in_the_old_shape() -> None:
    (scene,) = parse_lesson(LESSON).scenes
    experiment = scene.experiment
    assert experiment.resolve_landscape().variables == ("x", "y")
    assert [racer.optimizer for racer in experiment.racers] == [GradientDescent(lr=0.25), Momentum()]
    assert experiment.view.fog == 0.5
    assert (experiment.appearance.colour_map, experiment.appearance.camera.azimuth) == ("viridis", 10)


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ("lr = 0.25", "lr = -1", "0 < lr"),
        ("lr = 0.25", "rate = 1", "no parameter 'rate'"),
        ("azimuth = 10", 'azimuth = "x"', "appearance.camera.azimuth = x"),
        ('colour_map = "viridis"', "colour_maps = 1", "did you mean 'colour_map'"),
    ],
)
def test_an_error_in_the_old_shape_is_told_with_its_line(right: str, wrong: str, message: str) -> None:
    with pytest.raises(LessonError, match=message) as caught:
        parse_lesson(LESSON.replace(right, wrong))
    assert caught.value.line == LESSON[: LESSON.index(right)].count("\n") + 1
