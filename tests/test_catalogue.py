"""One catalogue for everything that has an id."""

from __future__ import annotations

import importlib.metadata
import sys
import types
from collections.abc import Mapping
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from optexplorer import catalogue, lessons
from optexplorer.catalogue import Catalogue, UnknownIdError, classes_in, plugins, with_plugin_classes
from optexplorer.engine import gradient_sources, landscapes, optimizers, schedules
from optexplorer.engine.landscapes.registry import KINDS
from optexplorer.experiment import gallery


def test_entries_are_loaded_once_and_only_when_asked_for() -> None:
    loaded: list[str] = []

    def load(id: str, source: int) -> int:
        loaded.append(id)
        return source * 2

    numbers = Catalogue("number", lambda: {"one": 1, "two": 2}, load)
    assert numbers.ids() == ("one", "two")
    assert loaded == []
    assert [numbers.get("two"), numbers.get("two")] == [4, 4]
    assert loaded == ["two"]
    assert list(numbers) == [2, 4]
    assert "one" in numbers
    assert "three" not in numbers


@pytest.mark.parametrize(
    ("given", "hint"),
    [
        ("tow", "did you mean 'two'?"),
        ("TWO", "did you mean 'two'?"),
        ("xyz", "known: one, two"),
        ("\udcff", "no number is called '\N{REPLACEMENT CHARACTER}'; known"),
        ("b" * 10**6, f"'{'b' * 60}…'; known"),
    ],
)
def test_an_unknown_id_suggests_the_nearest(given: str, hint: str) -> None:
    numbers: Catalogue[int] = Catalogue("number", lambda: {"two": 2, "one": 1})
    with pytest.raises(UnknownIdError) as caught:
        numbers.get(given)
    assert hint in str(caught.value)
    assert len(str(caught.value).encode()) < 200


@pytest.mark.parametrize(
    "found",
    [
        optimizers.CATALOGUE,
        schedules.CATALOGUE,
        gradient_sources.CATALOGUE,
        landscapes.CATALOGUE,
        lessons.CATALOGUE,
        gallery.CATALOGUE,
        KINDS,
    ],
    ids=lambda found: found.kind,
)
def test_every_catalogue_finds_its_entries(found: Catalogue[object]) -> None:
    assert found.ids()
    assert len(list(found)) == len(found.ids())
    with pytest.raises(UnknownIdError, match=f"no {found.kind} is called 'no-such-entry'"):
        found.get("no-such-entry")


def test_plugins_are_searched_for_only_where_the_programs_own_entries_do_not_answer() -> None:
    asked: list[int] = []

    def with_plugins(own: Mapping[str, int]) -> dict[str, int]:
        asked.append(1)
        return {**own, "theirs": 3}

    numbers: Catalogue[int] = Catalogue("number", lambda: {"mine": 2}, add_plugins=with_plugins)
    assert numbers.get("mine") == 2
    assert "mine" in numbers
    assert not asked
    assert numbers.get("theirs") == 3
    assert numbers.ids() == ("mine", "theirs")
    assert asked == [1]


def test_a_plugin_takes_no_id_of_the_programs_own(monkeypatch: pytest.MonkeyPatch) -> None:
    class Base:
        id: str

    class Mine(Base):
        id = "mine"

    class Theirs(Base):
        id = "theirs"

    class Same(Base):
        id = "mine"

    class Nameless(Mine):
        pass

    module = types.ModuleType("module")
    module.__dict__.update(Base=Base, Mine=Mine, Nameless=Nameless)
    brought = [("theirs", Theirs), ("same", Same)]
    monkeypatch.setattr(catalogue, "plugins", lambda group, fits: (b for b in brought if fits(b[1])))
    own = classes_in([module], Base)
    assert own == {"mine": Mine}
    assert with_plugin_classes(own, Base, "group") == {"mine": Mine, "theirs": Theirs}


@pytest.mark.parametrize("text", ["import sys; sys.exit(3)", "raise RuntimeError", "no python", "x = 1"])
def test_a_plugin_that_cannot_be_loaded_is_left_out_with_a_word(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "strangers_plugin.py").write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "strangers_plugin", raising=False)
    found = [EntryPoint("theirs", "strangers_plugin:thing", "some.group")]
    monkeypatch.setattr(importlib.metadata, "entry_points", lambda group: found)
    assert list(plugins("some.group", lambda plugin: True)) == []
    assert "plugin 'theirs' of some.group is left out" in caplog.text
