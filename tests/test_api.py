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
