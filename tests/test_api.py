"""The Python interface: `import optexplorer as ox`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import optexplorer as ox

ROOT = Path(__file__).resolve().parent.parent


def python(program: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_run_returns_the_trajectory() -> None:
    found = ox.run("himmelblau", ox.Adam(lr=0.05), start=(0.5, -1.5), steps=200)
    assert isinstance(found, ox.Trajectory)
    assert found.position.shape == found.gradient.shape == (201, 2)
    assert found.loss.shape == found.learning_rate.shape == (201,)
    assert found.ending is ox.TerminationReason.STEP_LIMIT
    assert found.position[0].tolist() == [0.5, -1.5]
    # (x² + y − 11)² + (x + y² − 7)²
    x, y = found.x, found.y
    np.testing.assert_allclose(found.loss, (x * x + y - 11) ** 2 + (x + y * y - 7) ** 2, rtol=1e-11)


def test_to_csv_writes_the_table(tmp_path: Path) -> None:
    found = ox.run("himmelblau", ox.Adam(lr=0.05), start=(0.5, -1.5), steps=5)
    found.to_csv(tmp_path / "race.csv")
    header, *rows = (tmp_path / "race.csv").read_text(encoding="utf-8").splitlines()
    assert header == "step,x,y,loss,grad_x,grad_y,lr"
    assert [float(row.split(",")[3]) for row in rows] == found.loss.tolist()


def test_ids_do_in_place_of_objects() -> None:
    by_id = ox.run("booth", "adam", steps=20, schedule="step", source="noisy", seed=3)
    by_object = ox.run(
        ox.landscape("booth"), ox.Adam(), steps=20, schedule=ox.Step(), source=ox.Noisy(), seed=3
    )
    np.testing.assert_array_equal(by_id.position, by_object.position)
    assert by_id.position[0].tolist() == list(ox.landscape("booth").start)


def test_convergence_may_be_left_alone() -> None:
    assert ox.run("booth", ox.GradientDescent(lr=0.1), steps=500).ending is ox.TerminationReason.CONVERGED
    assert ox.run("booth", ox.GradientDescent(lr=0.1), steps=500, stop_when_converged=False).steps == 500


def test_a_formula_is_a_landscape() -> None:
    bowl = ox.formula("x^2 + 3*y^2", {"x": (-2, 2), "y": (-1, 1)}, start=(1, 1))
    found = ox.run(bowl, ox.GradientDescent(lr=0.1), steps=1)
    np.testing.assert_allclose(found.position, [[1, 1], [0.8, 0.4]])


@pytest.mark.parametrize("id", ox.optimizers())
def test_every_optimizer_is_there_by_the_name_of_its_class(id: str) -> None:
    from optexplorer.engine import optimizers

    kind = optimizers.get(id)
    assert getattr(ox, kind.__name__) is kind
    assert kind.__name__ in dir(ox)


def test_everything_that_dir_names_is_there() -> None:
    for name in dir(ox):
        assert getattr(ox, name) is not None
    assert {"run", "landscape", "landscapes", "optimizers", "Cosine", "Noisy", "__version__"} <= set(dir(ox))
    assert "himmelblau" in ox.landscapes()
    assert "cosine" in ox.schedules()
    assert "noisy" in ox.gradient_sources()


def test_a_wrong_name_suggests_the_right_one() -> None:
    with pytest.raises(AttributeError, match="did you mean 'Nesterov'"):
        _ = ox.Nesterof
    with pytest.raises(AttributeError, match="has no attribute 'adam'"):
        _ = ox.adam
    with pytest.raises(
        AttributeError, match="what PyTorch calls so is GradientDescent or Momentum or Nesterov"
    ):
        _ = ox.SGD
    with pytest.raises(AttributeError, match=r"what PyTorch calls so is Cosine$"):
        _ = ox.CosineAnnealingLR


@pytest.mark.parametrize(
    ("text", "domain", "message"),
    [
        ("x + q", {"x": (0, 1)}, r"^no name is called 'q'; known: e, pi, x \(at character 5\)$"),
        ("x", {"x": (1, -1)}, "low < high"),
        ("x +", {"x": (0, 1)}, "ends too early"),
    ],
)
def test_what_is_wrong_with_a_formula_is_one_line(
    text: str, domain: dict[str, tuple[float, float]], message: str
) -> None:
    with pytest.raises(ValueError, match=message) as caught:
        ox.formula(text, domain)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"landscape": "himelblau"}, "did you mean 'himmelblau'"),
        ({"optimizer": "adm"}, "did you mean 'adam'"),
        ({"schedule": "cosin"}, "did you mean 'cosine'"),
        ({"source": "nosy"}, "did you mean 'noisy'"),
        ({"start": (1.0,)}, "needs 2 coordinate"),
        ({"steps": -1}, "a whole number of at least 0"),
    ],
)
def test_wrong_arguments_say_what_would_be_right(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ox.run(**{"landscape": "himmelblau", "optimizer": "adam", **arguments})  # type: ignore[arg-type]


def test_importing_it_loads_nothing() -> None:
    loaded = python("import sys, optexplorer; optexplorer.__version__; print(*sys.modules)").split()
    assert not {"numpy", "pydantic", "sympy", "PySide6", "optexplorer.engine"}.intersection(loaded)


def test_its_own_modules_can_be_imported_without_loading_the_catalogues() -> None:
    loaded = python("import sys; from optexplorer import text, catalogue; print(*sys.modules)").split()
    assert "numpy" not in loaded


def test_it_works_where_qt_cannot_be_imported() -> None:
    program = """
import os, sys
for name in ("PySide6", "shiboken6", "pyqtgraph", "OpenGL"):
    sys.modules[name] = None
import optexplorer as ox
t = ox.run("himmelblau", ox.Adam(lr=0.05), start=(0.5, -1.5), steps=200, schedule=ox.OneCycle(max_lr=0.1))
t.to_csv(os.devnull)
print(len(t.loss), dir(ox)[0])
"""
    assert python(program).startswith("201 ")


def test_a_sweep_is_every_combination() -> None:
    found = ox.sweep(
        "himmelblau",
        ["gd", ox.Momentum(momentum=0.5)],
        {"lr": [1e-3, 1e-2, 1.0]},
        starts=[(0.0, 0.0), (1.0, 2.0)],
        seeds=[4, 7],
        source="noisy",
        steps=30,
        tolerance=5.0,
    )
    assert found.shape == (2, 3, 2, 2)
    assert list(found.axes) == ["optimizer", "lr", "start", "seed"]
    assert found.loss.shape == found.steps.shape == found.ending.shape == found.shape
    path = ox.run(
        "himmelblau", ox.Momentum(momentum=0.5, lr=1e-2), start=(1, 2), steps=30, seed=7, source="noisy"
    )
    assert found.loss[1, 1, 1, 1] == path.loss[-1]
    assert found.ending[0, 2, 0, 0] == "diverged"
    low = np.flatnonzero(path.loss <= 5.0)
    assert found.steps_to_tolerance[1, 1, 1, 1] == (low[0] if low.size else -1)
    assert found.evaluations.shape == (3, *found.shape)
    np.testing.assert_array_equal(found.evaluations[1], found.steps)
    columns = found.columns()
    assert {values.shape for values in columns.values()} == {(24,)}
    np.testing.assert_array_equal(columns["loss"], found.loss.ravel())
    assert columns["optimizer"].tolist() == ["gd"] * 12 + ["momentum"] * 12
    assert repr(found) == "Sweep(2 optimizer, 3 lr, 2 start, 2 seed)"


def test_a_sweep_is_saved_as_the_command_line_saves_it(tmp_path: Path) -> None:
    seen = []
    found = ox.sweep("booth", "adam", {"lr": (0.01, 0.1)}, starts=3, steps=20, progress=seen.append)
    assert (seen[-1].done, seen[-1].total) == (6, 6)
    found.save(tmp_path / "a.csv")
    python(
        "import sys; from optexplorer.cli import main; sys.argv = ['', 'sweep', '--landscape', 'booth', '--optimizer', "
        f"'adam', '--grid', 'lr=0.01,0.1', '--starts', '3', '--steps', '20', '-o', {str(tmp_path / 'b.csv')!r}]; main()"
    )
    for name in ("csv", "csv.json"):
        assert (tmp_path / f"a.{name}").read_bytes() == (tmp_path / f"b.{name}").read_bytes()
    with pytest.raises(ValueError, match=r"use \.csv, \.npz, \.parquet"):
        found.save(tmp_path / "a.xlsx")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"optimizers": []}, "there is no optimizer"),
        ({"optimizers": "adamm"}, "did you mean"),
        ({"grid": {"lr": []}}, "at least 1 value"),
        ({"grid": {"lr": ["a"]}}, "must be real numbers"),
        ({"grid": {"lr": [0.1, np.nan]}}, "finite"),
        ({"grid": {"lr": [-0.1]}}, "0 < lr"),
        ({"grid": {"momentum": [0.5]}}, "no setting 'momentum'"),
        ({"starts": 0}, "1 <= starts"),
        ({"starts": 10**9}, "1 <= starts"),
        ({"starts": [(1.0, 2.0, 3.0)]}, r"of shape \(starts, 2\)"),
        ({"seeds": []}, "at least one"),
        ({"seeds": [-1]}, "a seed"),
        ({"starts": 10_000, "seeds": 10_000}, "at most 10,000,000"),
        ({"tolerance": -1.0}, "tolerance"),
        ({"workers": 2, "cluster": "tcp://localhost:1"}, "not both"),
    ],
)
def test_sweeps_that_cannot_be_say_what_would_be_right(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ox.sweep(**{"landscape": "booth", "optimizers": "adam", **arguments})


def test_a_range_test_suggests_rates() -> None:
    found = ox.range_test("booth", ox.GradientDescent(), low=1e-4, steps=100)
    assert len(found.rates) == len(found.raw) == len(found.smoothed) <= 100
    assert found.diverged
    assert found.steepest is not None
    assert 1e-4 < found.steepest < 1
    of_batches = ox.range_test("line-fit", "sgd", batch_size=2, steps=30)
    assert of_batches.of_batches
    with pytest.raises(ValueError, match="0 < low < high"):
        ox.range_test("booth", "gd", low=1.0, high=0.1)
    with pytest.raises(ValueError, match="start"):
        ox.range_test("booth", "gd", start=(1.0,))
