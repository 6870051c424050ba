"""The user's own landscapes: kept, found by id, renamed, and broken files reported."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
import pytest

from optexplorer.catalogue import UnknownIdError
from optexplorer.engine import landscapes
from optexplorer.engine.landscapes import personal
from optexplorer.engine.landscapes.formula.definition import FormulaDefinition
from optexplorer.engine.landscapes.painted.definition import PaintedDefinition
from optexplorer.experiment.experiment import Experiment
from optexplorer.text import Text


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))


def formula(name: str, text: str = "x^2 + k*y^2") -> FormulaDefinition:
    return FormulaDefinition(
        formula=text,
        domain={"x": (-2, 2), "y": (-1, 1)},
        parameters={"k": {"value": 3, "low": 1, "high": 9}},
        name=Text(name, name),
    )


def test_there_is_nothing_before_anything_is_kept() -> None:
    assert personal.load() == ({}, ())


def test_a_formula_is_kept_and_found_by_its_id() -> None:
    assert personal.save(formula("My Valley!")) == "my-valley"
    assert personal.load() == ({"my-valley": formula("My Valley!")}, ())
    assert "my-valley" in landscapes.ids()
    assert "my-valley" not in landscapes.catalogue_ids()
    found = landscapes.get("my-valley", {"k": 5})
    assert found.id == "my-valley"
    assert found.value(np.array([1.0, 1.0])) == 6.0
    assert [entry.id for entry in landscapes.all() if entry.group == "own"] == ["my-valley"]


def test_a_painted_landscape_is_kept_too() -> None:
    definition = PaintedDefinition.of(np.eye(9), {"x": (0, 1), "y": (0, 1)}, name=Text("Bumps", "こぶ"))
    assert personal.save(definition) == "bumps"
    assert personal.load().definitions == {"bumps": definition}
    assert landscapes.get("bumps").group == "painted"


def test_an_experiment_takes_an_own_landscape_along() -> None:
    personal.save(formula("Valley"))
    experiment = Experiment(landscape="valley")
    personal.delete("valley")
    assert Experiment.model_validate_json(experiment.model_dump_json()) == experiment
    assert experiment.landscape == formula("Valley")
    with pytest.raises(UnknownIdError):
        landscapes.get("valley")


def test_ids_avoid_those_of_others_and_names_replace() -> None:
    assert personal.save(formula("Himmelblau"), landscapes.catalogue_ids()) == "himmelblau-2"
    assert personal.save(formula("Himmelblau", "x^4 + k*y"), landscapes.catalogue_ids()) == "himmelblau-2"
    assert personal.save(formula("himmelblau?"), landscapes.catalogue_ids()) == "himmelblau-3"
    assert personal.save(formula("谷")) == "own-landscape"
    assert personal.save(formula("../../etc/passwd")) == "etc-passwd"
    assert landscapes.get("himmelblau").group == "many-valleys"
    assert {path.parent for path in personal.folder().iterdir()} == {personal.folder()}
    with pytest.raises(ValueError, match="needs a name"):
        personal.save(formula("  "))


def test_renaming_and_deleting() -> None:
    personal.save(formula("First"))
    personal.save(formula("Second"))
    assert personal.rename("first", "Third") == "third"
    assert list(personal.load().definitions) == ["second", "third"]
    assert personal.load().definitions["third"].name == Text("Third", "Third")
    with pytest.raises(ValueError, match="called 'Second' already"):
        personal.rename("third", "Second")
    personal.delete("second")
    personal.delete("second")
    assert list(personal.load().definitions) == ["third"]


def test_broken_files_are_reported_and_the_others_are_there() -> None:
    personal.save(formula("Good"))
    folder = personal.folder()
    good = (folder / "good.json").read_bytes()
    (folder / "cut.json").write_bytes(good[:80])
    (folder / "wrong.toml").write_text('formula = "x + qq"\ndomain = { x = [0, 1] }', encoding="utf-8")
    (folder / "bytes.toml").write_bytes(b"\xff\xfe\x00")
    (folder / "deep.json").write_bytes(b"[" * 100_000)
    (folder / "folder.json").mkdir()
    (folder / "notes.txt").write_text("not a landscape", encoding="utf-8")
    with (folder / "large.json").open("wb") as file:
        file.truncate(3_000_000)
    (folder / "bowl.toml").write_text(
        'formula = "x^2"\ngroup = "ravines"\n[domain]\nx = [-1, 1]', encoding="utf-8"
    )
    found = personal.load()
    assert sorted(found.definitions) == ["bowl", "good"]
    assert found.definitions["bowl"].group == "own"
    assert [problem.split(" ")[0].rstrip(":") for problem in found.problems] == [
        "bytes.toml", "cut.json", "deep.json", "folder.json", "large.json", "wrong.toml",
    ]  # fmt: skip
    assert not any("\n" in problem for problem in found.problems)
    assert "no name is called 'qq'" in found.problems[-1]
    assert "good" in landscapes.ids()


def test_a_changed_file_is_read_again() -> None:
    personal.save(formula("Bowl"))
    assert landscapes.get("bowl").value(np.array([1.0, 1.0])) == 4.0
    personal.save(formula("Bowl", "7 + x + k*y"))
    assert landscapes.get("bowl").value(np.array([0.0, 0.0])) == 7.0


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the names of files are text")
def test_a_file_whose_name_is_no_text_is_a_problem_that_can_be_shown() -> None:
    folder = personal.folder()
    folder.mkdir(parents=True, exist_ok=True)
    path = Path(os.fsdecode(os.fsencode(folder) + b"/h\xe9.json"))
    path.write_bytes(b'{"formula": "x", "domain": {"x": [-1, 1]}}')
    try:
        found = personal.load()
    finally:
        path.unlink()
    assert not found.definitions
    assert found.problems == ("h?.json: the name of this file is no UTF-8; rename it",)


def test_a_folder_that_is_none_and_files_that_are_gone_are_reported(tmp_path: Path) -> None:
    personal.save(formula("Valley"))
    (personal.folder() / "gone.json").symlink_to(tmp_path / "nowhere")
    definitions, problems = personal.load()
    assert set(definitions) == {"valley"}
    assert problems == ("gone.json: No such file or directory",)
    for path in personal.folder().iterdir():
        path.unlink()
    personal.folder().rmdir()
    personal.folder().write_bytes(b"")
    assert personal.load() == ({}, ("landscapes: Not a directory",))


def test_too_many_files_are_not_all_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(personal, "MOST_FILES", 2)
    for name in ("A", "B", "C"):
        personal.save(formula(name))
    definitions, problems = personal.load()
    assert set(definitions) == {"a", "b"}
    assert problems == ("landscapes: only the first 2 files are read",)
