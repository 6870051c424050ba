"""What the README tells people to type works."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from optexplorer.cli.command_line import commands
from optexplorer.engine.landscapes.models import data, predictors
from optexplorer.engine.rounding import APART, MOVE
from optexplorer.experiment import gallery
from optexplorer.gui.actions.commands import COMMANDS

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
LINES = [
    line.split("#")[0].strip()
    for block in re.findall(r"```console\n(.*?)```", README, re.DOTALL)
    for line in block.splitlines()
    if line.startswith("optexplorer ")
]


PRICES = "area,age,price\n50,10,300\n60,5,420\n70,30,310\n80,2,600\n55,8,330\n90,20,520\n"
"""A table such as a reader may have."""


@pytest.mark.parametrize("line", [line for line in LINES if not re.search(r"COMMAND|\.optx", line)])
def test_commands_work(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    given = tmp_path / "prices.csv"
    given.write_text(PRICES, encoding="utf-8")
    result = CliRunner().invoke(commands, shlex.split(line)[1:])
    assert result.exit_code == 0, result.output
    assert result.output or [made for made in tmp_path.iterdir() if made != given]


def test_every_command_of_the_command_line_is_shown_or_found_by_its_help() -> None:
    assert len(LINES) >= 6
    assert "--help" in README


def test_the_python_code_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    names: dict[str, Any] = {}
    exec(compile(code, "README.md", "exec"), names)
    assert names["t"].steps > 0
    assert (tmp_path / "run.csv").read_text(encoding="utf-8").startswith("step,x,y,loss")
    learned = names["learned"]
    assert learned.measures["held_out_accuracy"].shape == (learned.steps + 1,)
    assert learned.predict([[0.5, 0.2]], step=100).sum() == pytest.approx(1)


def test_pictures_and_links_are_there() -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", README):
        assert (ROOT / target).exists(), target


def test_keys_are_those_of_the_window() -> None:
    known = {key for command in COMMANDS for key in command.keys}
    names = {"→": "Right", "←": "Left"}
    tables = re.findall(r"\| what \| how \|\n(.*?)\n\n", README, re.DOTALL)
    assert len(tables) == 2
    for chord in re.findall(r"(?:<kbd>[^<]+</kbd>\+?)+", "".join(tables)):
        key = "+".join(names.get(name, name) for name in re.findall(r"<kbd>([^<]+)</kbd>", chord))
        assert key in known, key


def test_what_it_says_of_learning_is_so() -> None:
    learning = [entry for entry in gallery.entries() if entry.experiment.resolve_landscape().examples]
    (more,) = re.findall(r"with (\d+) more experiments", README)
    assert int(more) == len(learning) - 1
    for title in ("Two moons, three optimizers", "2つの三日月と3つの最適化手法"):
        assert title in re.sub(r"\s+", " ", README)
        assert any(title in (entry.title.en, entry.title.ja) for entry in learning)
    assert {"iris", "penguins", "digits", "kanji", "moons", "spirals"} <= set(data.ids())
    assert {"linear", "neuron", "mlp"} <= set(predictors.ids())


def test_sources_of_data_are_acknowledged() -> None:
    acknowledged = README[README.index("The data in `resources/datasets`") :]
    for told in (ROOT / "resources" / "datasets").glob("*.md"):
        assert f"resources/datasets/{told.name}" in acknowledged, told.name
    assert "© Electronic Dictionary Research and Development Group, CC BY-SA" in acknowledged


def test_entry_points_of_plugins_are_those_that_are_looked_for() -> None:
    told = set(re.findall(r"`(optexplorer\.[a-z_]+)`", README))
    assert told == {
        group
        for file in (ROOT / "optexplorer").rglob("*.py")
        for group in re.findall(r'"(optexplorer\.[a-z_]+)"', file.read_text(encoding="utf-8"))
        if "PLUGIN_GROUP" in file.read_text(encoding="utf-8")
    }


def test_numbers_are_promised_as_they_are_checked() -> None:
    """What is promised of other processors is tested in `test_other_processors.py`."""
    english = README[README.index("## Numbers") : README.index("## 日本語")]
    japanese = README[README.index("### 数値について") : README.index("## License")]
    for text, sizes, check in (
        (english, ("{:g} of the domain's size", "{:g} of the domain's size"), "View → Check for rounding"),
        (japanese, ("大きさの{:g}倍以内", "大きさの{:g}倍だけ"), "表示 → 丸め誤差の影響を調べる"),
    ):
        words = re.sub(r"\n", "", text) if text is japanese else re.sub(r"\s+", " ", text)
        for size, share in zip(sizes, (APART, MOVE), strict=True):
            assert size.format(share).replace("e-0", "e-") in words
        assert "--check-rounding" in words
        assert check in words
    command = next(command for command in COMMANDS if command.id == "check-rounding")
    assert (command.group, command.text) == ("View", "Check for rounding")


def test_the_command_says_from_which_step_on_a_path_depends_on_rounding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (line,) = (line for line in LINES if "--check-rounding" in line)
    result = CliRunner().invoke(commands, shlex.split(line)[1:])
    assert re.search(r"from step \d+ on the path depends on rounding", result.output), result.output
