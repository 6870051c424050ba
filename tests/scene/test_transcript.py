"""The race in words: what is told is what happened, and nothing before its time."""

from __future__ import annotations

from optexplorer.experiment.experiment import Experiment
from optexplorer.scene.computed import compute
from optexplorer.scene.transcript import Event, transcript


def events(
    landscape: str, racer: dict[str, object], playhead: int | None = None, **more: object
) -> tuple[Event, ...]:
    experiment = Experiment.model_validate({"landscape": landscape, "racers": [racer], **more})
    return transcript(compute(experiment).scene(playhead))


def test_a_descent_into_the_shallow_valley_is_told_as_such() -> None:
    told = events("two-valley", {"optimizer": {"id": "gd", "lr": 0.1}}, steps=300)
    assert told[0].step == 0
    assert told[0].words.en == "Gradient descent starts at (2.4, 2.3) with loss 1.19."
    assert "converged" in told[-1].words.en
    assert "in a local minimum" in told[-1].words.en
    assert "局所最小点" in told[-1].words.ja


def test_the_deep_valley_is_the_global_minimum() -> None:
    told = events("two-valley", {"optimizer": {"id": "gd", "lr": 0.1}}, steps=300, start=[-2.4, -1.0])
    assert "in the global minimum" in told[-1].words.en


def test_a_divergence_is_told_with_its_rises() -> None:
    told = events("quadratic-bowl", {"optimizer": {"id": "gd", "lr": 3.0}}, steps=200)
    assert any("overshoots" in event.words.en for event in told)
    assert "diverged" in told[-1].words.en


def test_the_steps_to_the_bottom_are_told_once_each() -> None:
    told = events("quadratic-bowl", {"optimizer": {"id": "gd", "lr": 0.1}}, steps=200)
    left = [event.words.en for event in told if "of the way down left" in event.words.en]
    assert [words.split("has ")[1].split(" %")[0] for words in left] == ["10", "1", "0.1"]


def test_nothing_is_told_before_it_happens() -> None:
    racer = {"optimizer": {"id": "momentum", "lr": 0.02}}
    whole = events("two-valley", racer)
    for playhead in (0, 5, 50):
        assert events("two-valley", racer, playhead) == tuple(e for e in whole if e.step <= playhead)
