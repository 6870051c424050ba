"""What is written to a file has been read back, and what is read is small, shallow and made of whole characters."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optexplorer.experiment import files
from optexplorer.experiment.default_experiment import default_experiment
from optexplorer.experiment.files import FileError
from tests.strategies import EXPERIMENTS


@given(EXPERIMENTS)
def test_every_experiment_that_is_allowed_can_be_written(experiment: files.Experiment) -> None:
    assert files.from_json(files.readable_json(experiment)) == experiment


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"start": (1.0,)}, "start"),
        ({"start": (math.nan, 1.0)}, "JSON"),
        ({"start": (math.inf, 1.0)}, "JSON"),
        ({"steps": -5}, "steps"),
        ({"landscape": "nowhere"}, "nowhere"),
        ({"landscape": "\ud800"}, "surrogates"),
    ],
)
def test_what_cannot_be_read_again_is_not_written(
    tmp_path: Path, change: dict[str, object], message: str
) -> None:
    path = tmp_path / "race.optx"
    files.write(path, default_experiment())
    before = path.read_bytes()
    with pytest.raises(FileError, match=f"could not be read again: .*{message}"):
        files.write(path, default_experiment().model_copy(update=change))
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["race.optx"]


def test_what_would_come_back_as_something_else_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    other = default_experiment().model_copy(update={"seed": 7})
    data = files.to_json(other)
    monkeypatch.setattr(files, "to_json", lambda _: data)
    with pytest.raises(FileError, match="could not be read again as it is: seed would change"):
        files.readable_json(default_experiment())


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(alphabet='[]{}"\\,é\U0001f600a', max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(alphabet='[{"\\', max_size=3), inner, max_size=3)
    ),
)


@given(value=VALUES, ascii_only=st.booleans())
def test_shallow_values_are_read_whatever_their_texts_are(value: object, ascii_only: bool) -> None:
    assert files.parse(json.dumps(value, ensure_ascii=ascii_only).encode()) == value


@pytest.mark.parametrize("inside", ["", '"]"', '"\\\\"', '"\\"]"', '"é", "[["'])
def test_only_so_many_lists_lie_in_one_another(inside: str) -> None:
    files.parse(("[" * files.DEEPEST + inside + "]" * files.DEEPEST).encode())
    with pytest.raises(FileError, match="nested too deeply"):
        files.parse(("[" * (files.DEEPEST + 1) + inside + "]" * (files.DEEPEST + 1)).encode())


def test_only_so_many_values_are_read() -> None:
    most = files.MOST_VALUES
    assert len(files.parse(b"[" + b"1," * (most - 1) + b"1]")) == most
    assert files.parse(b'["' + b"," * 2 * most + b'"]')
    for data in (b"[" + b"1," * most + b"1]", b"[" + b"[]" * most + b"]"):
        with pytest.raises(FileError, match=f"too many values; at most {most:,}"):
            files.parse(data)


@pytest.mark.parametrize("text", ["\\ud800", "\\udc00", "\\uD83D a", "\\ude00\\ud83d"])
@pytest.mark.parametrize("place", ['{{"landscape": "{0}"}}', '{{"{0}": 1}}', '[["{0}"]]'])
def test_half_of_a_character_is_refused_in_words(place: str, text: str) -> None:
    with pytest.raises(FileError, match=r"it holds \\u[a-f0-9]{4}, half of a character") as caught:
        files.parse(place.format(text).encode())
    str(caught.value).encode()


def test_a_whole_character_may_be_written_in_two_halves() -> None:
    assert files.parse(b'["\\ud83d\\ude00", "\\\\ud800"]') == ["\U0001f600", "\\ud800"]
