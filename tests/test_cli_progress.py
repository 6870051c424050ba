"""The line that tells how far a long command has come, and Ctrl+C while it runs."""

from __future__ import annotations

import io
import os
import signal
import sys

import pytest

from optexplorer.cli import progress
from optexplorer.cli.interruption import interruptible
from optexplorer.cli.progress import ProgressLine, duration_words, progress_words
from optexplorer.runs.tasks import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_how_far_it_has_come_in_words() -> None:
    words = progress_words(Progress(1200, 10_000, 4.0), "cells")
    assert words == "1,200/10,000 cells, 12 %, 300/s, 29 s left"
    assert progress_words(Progress(0, 10, 0.0), "maps") == "0/10 maps, 0 %"
    assert progress_words(Progress(9_999, 10_000, 4e5, begun=9_899), "cells").startswith(
        "9,999/10,000 cells, 99 %, 0.00025/s, 1 h 06 min left"
    )
    assert progress_words(Progress(10, 10, 1.0), "cells") == "10/10 cells, 100 %, 10/s"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "1 s"), (59.4, "59 s"), (61, "1 min 01 s"), (7_500, "2 h 05 min"), (300_000, "3 days")],
)
def test_times_in_words(seconds: float, words: str) -> None:
    assert duration_words(seconds) == words


def test_the_line_is_written_anew_and_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr(progress.time, "monotonic", lambda: now)
    monkeypatch.setenv("COLUMNS", "40")
    terminal = Terminal()
    with ProgressLine("cells", terminal) as line:
        for done, moment in ((1, 1.0), (2, 1.01), (3, 2.0), (100, 2.01)):
            now = moment
            line.show(Progress(done, 100, moment))
    lines = terminal.getvalue().split("\r")
    assert [shown.split(" ")[0] for shown in lines if shown.strip()] == ["1/100", "3/100", "100/100"]
    assert max(map(len, lines)) <= 39
    assert not lines[-2].strip()
    assert lines[-1] == ""


def test_nothing_is_written_where_nobody_sees_it() -> None:
    stream = io.StringIO()
    with ProgressLine("cells", stream) as line:
        line.show(Progress(1, 2, 1.0))
    assert stream.getvalue() == ""


@pytest.mark.skipif(sys.platform == "win32", reason="signals are another matter there")
def test_once_asks_for_an_end_and_twice_ends(capsys: pytest.CaptureFixture[str]) -> None:
    before = signal.getsignal(signal.SIGINT)
    removed = []
    with interruptible(lambda: removed.append("the line")) as interruption:
        assert not interruption.asked()
        os.kill(os.getpid(), signal.SIGTERM)
        assert interruption.asked()
        assert interruption.asked()
        assert removed == ["the line"]
        assert capsys.readouterr().err.startswith("optexplorer: stopping")
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.skipif(sys.platform == "win32", reason="signals are another matter there")
def test_a_signal_that_is_ignored_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with interruptible() as interruption:
            signal.raise_signal(signal.SIGHUP)
            assert not interruption.asked()
    finally:
        signal.signal(signal.SIGHUP, before)
