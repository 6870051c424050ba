"""What the README tells people to type works."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from optexplorer.cli.command_line import commands
from optexplorer.engine.rounding import APART, MOVE
from optexplorer.gui.actions.commands import COMMANDS

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
LINES = [
    line.split("#")[0].strip()
    for block in re.findall(r"```console\n(.*?)```", README, re.DOTALL)
    for line in block.splitlines()
    if line.startswith("optexplorer ")
]


@pytest.mark.parametrize("line", [line for line in LINES if not re.search(r"COMMAND|\.optx", line)])
def test_commands_work(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(commands, shlex.split(line)[1:])
    assert result.exit_code == 0, result.output
    assert result.output or list(tmp_path.iterdir())


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


def test_pictures_and_links_are_there() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / target).exists(), target


def test_keys_are_those_of_the_window() -> None:
    known = {key for command in COMMANDS for key in command.keys}
    table = README[README.index("| what | how |") : README.index("Every exported picture")]
    for chord in re.findall(r"(?:<kbd>[^<]+</kbd>\+?)+", table):
        key = "+".join(re.findall(r"<kbd>([^<]+)</kbd>", chord))
        assert key in known, key


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
