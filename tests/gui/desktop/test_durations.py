"""Times in words."""

from __future__ import annotations

import pytest

from optexplorer.gui.desktop.durations import duration_words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.01, "1 s"), (12.4, "12 s"), (99, "99 s"), (100, "2 min"), (3000, "50 min"), (7200, "2 h")],
)
def test_durations_have_the_unit_that_suits_them(seconds: float, words: str) -> None:
    assert duration_words(seconds) == words
