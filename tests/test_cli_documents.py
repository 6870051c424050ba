"""The command line: experiments as files and texts, and the desktop's double click."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import time
from pathlib import Path
from typing import Literal
from xml.etree import ElementTree

import pytest

from optexplorer.experiment import files, share
from optexplorer.experiment.experiment import Experiment
from optexplorer.export.code import script
from optexplorer.resource_files import resources
from tests.command_line import Command

ROOT = Path(__file__).resolve().parent.parent
OTHER = Experiment.model_validate({"landscape": "booth", "racers": [{"optimizer": "adam"}]})


def test_share_prints_the_text_of_a_file(command: Command, tmp_path: Path) -> None:
    files.write(tmp_path / "race.optx", OTHER)
    done = command("share", str(tmp_path / "race.optx"))
    assert (done.code, done.out) == (0, f"{share.to_text(OTHER)}\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("share", "none.optx"), "none.optx cannot be read: No such file"),
        (("none.optx",), "none.optx does not exist"),
        (("none.PNG",), "none.PNG does not exist"),
        (("open", "none"), "none does not exist; it should be an experiment or a picture that carries one"),
        (("open", "optx1:AAAA"), "the shared text: the packed experiment is damaged"),
        (("opn",), "No such command 'opn'"),
    ],
)
def test_what_cannot_be_opened_is_told_in_one_line(
    command: Command, arguments: tuple[str, ...], message: str
) -> None:
    done = command(*arguments)
    assert done.code == 2
    assert message in done.err
    assert done.err.count("\n") == 1


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="entries of Linux desktops")
def test_a_file_on_the_command_line_is_opened(tmp_path: Path) -> None:
    files.write(tmp_path / "race.optx", OTHER)
    environment = {**os.environ, "XDG_CONFIG_HOME": str(tmp_path / "config")}
    process = subprocess.Popen(
        [sys.executable, "-m", "optexplorer", str(tmp_path / "race.optx")], cwd=ROOT, env=environment
    )
    settings = tmp_path / "config" / "optexplorer" / "optexplorer.ini"
    try:
        # A file that has been put on the screen is in the list of recent ones.
        deadline = time.monotonic() + 300
        while time.monotonic() < deadline and process.poll() is None:
            if settings.exists() and "race.optx" in settings.read_text(encoding="utf-8"):
                break
            time.sleep(0.05)
        assert "race.optx" in settings.read_text(encoding="utf-8")
    finally:
        process.terminate()
        process.wait(60)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="entries of Linux desktops")
def test_the_desktop_learns_of_experiments_and_forgets_them(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "da$ta 100%"
    monkeypatch.setenv("XDG_DATA_HOME", str(data))
    done = command("install-desktop")
    assert done.code == 0, done.err
    entry = (data / "applications" / "optexplorer.desktop").read_text(encoding="utf-8")
    (started,) = (line.removeprefix("Exec=") for line in entry.splitlines() if line.startswith("Exec="))
    *program, file = shlex.split(started)
    assert file == "%f"
    assert Path(program[0]).exists()
    assert "MimeType=application/x-optexplorer;" in entry
    for path in done.out.splitlines():
        assert Path(path).is_file()
    assert command("install-desktop", "--remove").code == 0
    for path in done.out.splitlines():
        assert not Path(path).exists()


def test_the_media_type_is_the_one_of_the_files() -> None:
    kind = ElementTree.parse(resources() / "linux" / "optexplorer.xml").getroot()[0]
    assert kind.get("type") == files.MEDIA_TYPE
    names = {"m": "http://www.freedesktop.org/standards/shared-mime-info"}
    assert kind.find("m:glob", names).get("pattern") == f"*{files.SUFFIX}"  # type: ignore[union-attr]
    match = kind.find("m:magic/m:match", names)
    assert match is not None
    beginning = files.to_json(OTHER)[:96].decode()
    assert str(match.get("value")) in beginning


def test_code_prints_the_script_of_a_racer(command: Command, tmp_path: Path) -> None:
    files.write(tmp_path / "race.optx", OTHER)
    done = command("code", str(tmp_path / "race.optx"), "--target", "torch")
    assert done.code == 0, done.err
    assert done.out == script(OTHER, OTHER.racers[0], "torch")
    same = command("code", "--landscape", "booth", "--optimizer", "adam", "-o", str(tmp_path / "adam.py"))
    assert same.code == 0, same.err
    printed = subprocess.run(
        [sys.executable, str(tmp_path / "adam.py")], capture_output=True, text=True, check=True
    )
    assert len(printed.stdout.splitlines()) == 201


@pytest.mark.parametrize("target", ["numpy", "torch"])
def test_code_prints_the_script_of_a_model(
    command: Command, tmp_path: Path, target: Literal["numpy", "torch"]
) -> None:
    options = (
        "--data",
        "moons",
        "--model",
        "mlp",
        "--layers",
        "2,16,2",
        "--optimizer",
        "adam",
        "--batch-size",
        "16",
    )
    done = command("code", *options, "--epochs", "3", "--target", target)
    assert done.code == 0, done.err
    assert done.out.startswith('"""Multilayer perceptron: Two moons, trained by Adam in ')
    # Of 160 examples that are trained on, ten mini-batches make an epoch.
    assert "for step, batch in zip(range(30), mini_batches()):" in done.out
    landscape = {"kind": "model", "data": "moons", "model": "mlp", "held_out": 0.2}
    racer = {"optimizer": "adam", "source": {"id": "mini-batch", "batch_size": 16}}
    files.write(
        tmp_path / "race.optx",
        Experiment.model_validate({"landscape": landscape, "racers": [racer], "steps": 30}),
    )
    assert command("code", str(tmp_path / "race.optx"), "--target", target).out == done.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--data", "moons", "--optimizer", "adam", "--target", "optax"), "for NumPy and PyTorch, not for optax"),
        (("--landscape", "booth", "--optimizer", "newton", "--target", "keras"), "Keras has no Newton's method"),
        (("--landscape", "booth", "--optimizer", "gd", "--racer", "2"), "--racer 2 is not allowed; the experiment has 1"),
        (("none.optx",), "none.optx cannot be read"),
    ],
)  # fmt: skip
def test_code_says_what_it_cannot_write(command: Command, arguments: tuple[str, ...], message: str) -> None:
    done = command("code", *arguments)
    assert done.code == 2
    assert message in done.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("code", "race.optx", "-o", "race.optx"), "race.optx is what is read; choose another name with -o"),
        (("code", "race.optx", "--steps", "-5"), "--steps belongs to a race described by options; race.optx is one already"),
        (("data", "race.optx", "--set", "lr=5", "-o", "d.csv"), "--set belongs to a race described by options"),
    ],
)  # fmt: skip
def test_a_file_that_is_read_is_neither_overwritten_nor_mixed_with_options(
    command: Command,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    files.write(Path("race.optx"), OTHER)
    said = command(*arguments)
    assert said.code == 2
    assert message in said.err
    assert files.read(Path("race.optx")) == OTHER
    assert [path.name for path in tmp_path.iterdir()] == ["race.optx"]


def test_a_picture_is_not_replaced_by_one_without_its_experiment(
    command: Command, qapp: object, tmp_path: Path
) -> None:
    picture = tmp_path / "race.png"
    assert (
        command("export", "--landscape", "booth", "--optimizer", "adam", "--steps", "3", "-o", picture).code
        == 0
    )
    before = picture.read_bytes()
    said = command("export", picture, "--no-metadata", "-o", picture)
    assert said.code == 2
    assert "is what is read" in said.err
    assert picture.read_bytes() == before
