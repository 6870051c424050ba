"""The gallery's experiments: complete in both languages, and worth seeing."""

from __future__ import annotations

import pytest

from optexplorer.engine.trajectory import TerminationReason
from optexplorer.experiment.files import from_json, to_json
from optexplorer.experiment.gallery import Entry, entries
from optexplorer.scene.computed import compute


def test_there_are_enough_and_each_is_another() -> None:
    assert 12 <= len(entries()) <= 16
    for texts in ([entry.title.en for entry in entries()], [entry.title.ja for entry in entries()]):
        assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.id)
def test_an_entry_is_complete_and_can_be_drawn(entry: Entry) -> None:
    for text in (entry.title, entry.line):
        assert text.en.isascii() or "β" in text.en
        assert not text.ja.isascii()
    assert entry.line.ja.endswith(("。", "か。"))
    assert from_json(to_json(entry.experiment)) == entry.experiment
    computed = compute(entry.experiment)
    assert (entry.view == "curve") == (computed.samples.landscape.dimension == 1)
    assert entry.playhead is None or entry.playhead <= computed.length
    assert len({racer.colour for racer in entry.experiment.racers}) == len(entry.experiment.racers) > 1
    assert any(t is not None and t.ending is not TerminationReason.DIVERGED for t in computed.trajectories)
