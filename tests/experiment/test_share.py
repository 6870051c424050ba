"""An experiment as a text to send, and hostile texts."""

from __future__ import annotations

import base64
import re
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optexplorer.experiment import share
from optexplorer.experiment.default_experiment import default_experiment
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.files import FileError
from tests.strategies import EXPERIMENTS


@settings(max_examples=80, deadline=None)
@given(EXPERIMENTS)
def test_a_text_brings_the_experiment_back(experiment: Experiment) -> None:
    assert share.from_text(share.to_text(experiment)) == experiment


def test_it_fits_into_a_link() -> None:
    text = share.to_text(default_experiment())
    assert re.fullmatch(r"optx2:[A-Za-z0-9_-]+", text)
    assert len(text) < 500


def test_it_holds_only_what_differs_from_the_defaults() -> None:
    plain = Experiment.model_validate({"landscape": "booth", "racers": [{"optimizer": "adam"}]})
    assert share.brief(plain) == {"landscape": "booth", "racers": [{"optimizer": "adam"}]}


def test_line_breaks_from_mail_do_not_matter() -> None:
    text = share.to_text(default_experiment())
    assert share.from_text(f"  {text[:40]}\r\n {text[40:]}\n") == default_experiment()


def packed(data: bytes, version: int = 1) -> str:
    return f"optx{version}:{base64.urlsafe_b64encode(zlib.compress(data, 9)).decode()}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "holds no experiment"),
        ("hello", "looks like optx2:"),
        ("optx1:", "the packed experiment is damaged"),
        ("optx1:AAAA", "the packed experiment is damaged"),
        ("optx1:A", "characters are missing"),
        ("optx1:ü", "holds no experiment"),
        ("x" * 10**6, "1,000,000 characters; at most 200,000 are read"),
        (packed(bytes(10**8)), "larger than 1,048,576 bytes"),
        (packed(b"[" * 10**5), "nested too deeply"),
        (packed(b"[1]"), "this is a list"),
        (packed(b'{"landscape": "boot"}'), "did you mean 'booth'"),
        (packed(b'{"landscape": "booth"}', 3), "made by a newer optexplorer"),
        (packed(b'{"landscape": "booth", "racers": [{"optimizer": "gd", "lr": 0}]}'), "racers[0].optimizer.lr = 0 is not allowed"),
    ],
)  # fmt: skip
def test_a_hostile_or_damaged_text_is_refused_with_one_line(text: str, message: str) -> None:
    with pytest.raises(FileError, match=re.escape(message)) as caught:
        share.from_text(text)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300


@settings(max_examples=200, deadline=None)
@given(st.integers(6, 200), st.characters(min_codepoint=33, max_codepoint=126))
def test_a_wrong_letter_is_noticed(place: int, letter: str) -> None:
    text = share.to_text(default_experiment())
    wrong = text[:place] + letter + text[place + 1 :]
    try:
        found = share.from_text(wrong)
    except FileError as error:
        assert "\n" not in str(error)  # noqa: PT017
    else:
        # The checksum leaves only the same letter.
        assert found == default_experiment()
