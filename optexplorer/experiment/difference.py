"""The differences between two experiments, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from pydantic import BaseModel

from optexplorer.engine.declaration import hyperparameters
from optexplorer.engine.gradient_sources.base import GradientSource
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.text import Text

NONE = Text("none", "なし")
_MOST_COORDINATES = 8
"""Coordinates of a point that are shown."""


class Difference(NamedTuple):
    """One thing that differs: what it is, and how it is in the first and in the second experiment."""

    what: Text
    first: Text
    second: Text


def differences(first: Experiment, second: Experiment) -> tuple[Difference, ...]:
    """Return what differs in the descents of two experiments; how they are looked at does not count."""
    return tuple(_differences(first, second))


def _differences(first: Experiment, second: Experiment) -> Iterator[Difference]:
    if first.landscape != second.landscape:
        a, b = first.resolve_landscape(), second.resolve_landscape()
        yield Difference(Text("landscape", "地形"), a.name, b.name)
    for what, a_value, b_value in (
        (Text("start", "初期点"), _point(first.start), _point(second.start)),
        (Text("steps", "ステップ数"), str(first.steps), str(second.steps)),
        (Text("seed", "乱数シード"), str(first.seed), str(second.seed)),
    ):
        if a_value != b_value:
            yield Difference(what, _same(a_value), _same(b_value))
    if first.stop_when_converged != second.stop_when_converged:
        yield Difference(
            Text("stops when converged", "収束したら止まる"),
            _yes_or_no(first.stop_when_converged),
            _yes_or_no(second.stop_when_converged),
        )
    for number in range(max(len(first.racers), len(second.racers))):
        racers = [e.racers[number] if number < len(e.racers) else None for e in (first, second)]
        sources = [
            None if racer is None else e.run_spec(racer).gradient_source
            for e, racer in zip((first, second), racers, strict=True)
        ]
        yield from _of_racers(number + 1, racers[0], racers[1], sources[0], sources[1])


def _of_racers(
    number: int,
    first: Racer | None,
    second: Racer | None,
    first_source: GradientSource | None,
    second_source: GradientSource | None,
) -> Iterator[Difference]:
    who = Text(f"racer {number}", f"走者{number}")
    if first is None or second is None:
        yield Difference(
            who, *(NONE if racer is None else racer.optimizer.title for racer in (first, second))
        )
        return
    title = first.optimizer.title
    name = Text(f"{title.en} ({number})", f"{title.ja}({number})")
    yield from _of_models(name, who, first.optimizer, second.optimizer)
    yield from _of_models(name, name, first.schedule, second.schedule)
    yield from _of_models(name, name, first_source, second_source)
    if first.start != second.start:
        places = (
            _same("–") if racer.start is None else _same(_point(racer.start)) for racer in (first, second)
        )
        yield Difference(_joined(name, Text("own start", "独自の初期点")), *places)


def _of_models(name: Text, kind: Text, first: Any, second: Any) -> Iterator[Difference]:
    """Compare two optimizers, schedules or sources: by their titles if they are of different kinds."""
    if type(first) is not type(second):
        yield Difference(kind, first.title, second.title)
        return
    for parameter in hyperparameters(type(first)):
        values = [getattr(model, parameter.name) for model in (first, second)]
        if values[0] != values[1]:
            yield Difference(_joined(name, parameter.label), *(_value(value) for value in values))


def _joined(name: Text, what: Text) -> Text:
    return Text(f"{name.en}: {what.en[:1].lower()}{what.en[1:]}", f"{name.ja}の{what.ja}")


def _value(value: Any) -> Text:
    if isinstance(value, BaseModel):
        title: Text = getattr(value, "title")  # noqa: B009 - optimizers inside wrappers have one
        return title
    if isinstance(value, bool):
        return _yes_or_no(value)
    return _same(f"{value:g}" if isinstance(value, float) else str(value).strip("()"))


def _yes_or_no(value: bool) -> Text:
    return Text("yes", "はい") if value else Text("no", "いいえ")


def _point(point: tuple[float, ...]) -> str:
    shown = [f"{x:.4g}" for x in point[:_MOST_COORDINATES]]
    rest = ["…"] if len(point) > _MOST_COORDINATES else []
    return f"({', '.join([*shown, *rest])})".replace("-", "−")


def _same(text: str) -> Text:
    return Text(text, text)
