"""The Python interface: `import optexplorer as ox`."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

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


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: ox.Adam(lrr=1), "adam has no parameter 'lrr'; did you mean 'lr'?"),
        (lambda: ox.Adam(lr=-1), "adam: lr = -1 is not allowed; 0 < lr <= 1e+06"),
        (lambda: ox.Adam(betas=(0.9, 0.99)), "PyTorch's betas are beta1 and beta2 here"),
        (lambda: ox.Adam(0.1), "Adam takes its settings by name, such as Adam(lr=...)"),
        (lambda: ox.Lookahead(inner=3), "lookahead: inner = 3 is not allowed; inner is an optimizer"),
        (lambda: ox.Cosine(T_max=-1), "cosine: T_max = -1 is not allowed"),
        (lambda: ox.Noisy(sigma="x"), "noisy: sigma = x is not allowed; it must be a finite number"),
        (lambda: ox.Racer(), "optimizer is missing"),
        (lambda: ox.Racer(optimizer="adm"), "no optimizer is called 'adm'; did you mean 'adam'?"),
        (lambda: ox.Experiment("beale"), "Experiment takes its settings by name"),
        (lambda: ox.Experiment(landscape="beal"), "did you mean 'beale'?"),
        (lambda: ox.Experiment(landscape="beale", racers=(ox.Adam(),)), "with the fields of a Racer"),
        (lambda: ox.Experiment(landscape="beale", start=(1,)), "2 coordinate(s) (x, y), but 1 are given"),
        (lambda: ox.run("beale", ox.Adam), "it is an id, or a value such as Adam(lr=0.1)"),
        (lambda: ox.run(abs, "adam"), "landscape = <built-in function abs> is not allowed"),
        (lambda: ox.run("beale", "adam", start=3), "start: beale needs 2 coordinate(s)"),
        (lambda: ox.run("beale", "adam", start=("a", 1)), "it has a number for each of x, y"),
        (lambda: ox.run("beale", "adam", steps=2.5), "steps = 2.5 is not allowed; it is a whole number"),
        (lambda: ox.run("beale", "adam", seed="a"), "seed = a is not allowed; it is a whole number"),
        (lambda: ox.formula("k*x^2", {"x": (-1, 1)}, k=1e300), "parameter k: value = 1e+300 is not allowed"),
        (lambda: ox.formula("k*x^2", {"x": (-1, 1)}, k="a"), "parameter k: it must be a number"),
        (lambda: ox.landscape("ravine", k="a"), "parameter k = a is not allowed"),
        (lambda: ox.formula("x^2", "x"), "domain = x is not allowed; it must be an object with fields"),
        (lambda: ox.formula("x^2", {"x": (1, -1)}), "the domain of x needs low < high"),
        (lambda: ox.run(ox.formula("1/x", {"x": (-1, 1)}, start=(0,)), "gd"), "the loss at (0) is inf"),
        (lambda: ox.save(3, "x.optx"), "3 is no experiment"),  # type: ignore[arg-type]
    ],
)
def test_mistakes_in_scripts_are_told_in_one_line(make: Callable[[], Any], message: str) -> None:
    with pytest.raises((ValueError, TypeError)) as caught:
        make()
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


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
