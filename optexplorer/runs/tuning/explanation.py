"""Says in words what a search for good settings has found, with numbers from descents that it has not seen."""

from __future__ import annotations

from math import inf, isfinite

import numpy as np

from optexplorer.engine.declaration import hyperparameters
from optexplorer.runs.tuning.loss_curves import LossCurves
from optexplorer.runs.tuning.trials import Array
from optexplorer.runs.tuning.tuning import TuningCheck, TuningSpec
from optexplorer.text import Text

NEVER = "not at all"
SAME = 1.05
"""Values whose ratio is smaller are called about the same."""
EDGE = 0.02
"""A winner that is nearer to an end of its range, as a share of it, may have been held back."""


def explanation(spec: TuningSpec, check: TuningCheck) -> list[Text]:
    """Return sentences: what the winner changes, what that brings on fresh starts, how much depends on the rate."""
    found = _verdict(check)
    found += [
        _change(spec, check, name) for name in check.winner if check.winner[name] != check.default[name]
    ]
    found.append(_outcome(spec, check))
    if check.present is not None and check.winner != check.present:
        found.append(_against_present(spec, check))
    found += _failures(check)
    if check.factors:
        found.append(_sensitivity(spec, check))
    return found + _held_back(spec, check)


def number_words(value: float) -> str:
    """Return a number with three digits."""
    if not isfinite(value):
        return "∞"
    text = f"{value:.3g}"
    return f"{float(text):,.0f}" if "e+" in text and abs(value) < 1e7 else text


def _verdict(check: TuningCheck) -> list[Text]:
    """What comes first where the winner is nothing new, or no better elsewhere."""
    if check.winner == check.default:
        return [
            Text(
                "The default settings are the best that were tried.",
                "試したうちで最良なのは既定の設定である。",
            )
        ]
    if check.winner == check.present:
        return [
            Text(
                "The present settings are the best that were tried.",
                "試したうちで最良なのは現在の設定である。",
            )
        ]
    if not check.improved:
        return [
            Text(
                "What 75 % of the descents reach is no better on fresh starts: keep what you have.",
                "新しい初期点では、降下の75 %が達する値は改善しない。今の設定のままでよい。",
            )
        ]
    return []


def _change(spec: TuningSpec, check: TuningCheck, name: str) -> Text:
    label = next(s.label for s in hyperparameters(type(spec.optimizer)) if s.name == name)
    new, old = check.winner[name], check.default[name]
    words = f"{number_words(old)} → {number_words(new)}"
    english, japanese = f"{label.en}: {words}", f"{label.ja}: {words}"
    if name == "lr" and old > 0:
        ratio = max(new / old, old / new)
        if ratio < SAME:
            return Text(f"{english}, about the same.", f"{japanese}(ほぼ同じ)。")
        larger = new > old
        return Text(
            f"{english}, {number_words(ratio)} times {'larger' if larger else 'smaller'}.",
            f"{japanese}({number_words(ratio)}{'倍' if larger else '分の1'})。",
        )
    return Text(f"{english}.", f"{japanese}。")


def _outcome(spec: TuningSpec, check: TuningCheck) -> Text:
    """What is reached with the winner, and with the default settings where these are others."""
    new, old = check.curves[:2]
    count, same = len(new.final), check.winner == check.default
    begin = Text(f"From {count} fresh starts", f"新しい初期点 {count} 個からの降下で")
    if _reaches(spec, check):
        target = _target(spec)
        reached, formerly = (int(np.isfinite(curves.reached).sum()) for curves in (new, old))
        after, before = _time(spec, new), _time(spec, old)
        found = Text(
            f"{begin.en} it reaches {target.en} {_after(after)} in the median",
            f"{begin.ja}{target.ja}に達するまでの中央値は{after.ja}",
        )
        if same:
            return Text(
                f"{found.en}; it gets there {_times(reached)}.", f"{found.ja}。達した回数は {reached} 回。"
            )
        return Text(
            f"{found.en}, with the default settings {_after(before)}; it gets there {_times(reached)}, with the default "
            f"{_times(formerly)}.",
            f"{found.ja}、既定の設定では{before.ja}。達した回数は {reached} 回、既定の設定では {formerly} 回。",
        )
    quantity, length = _quantity(spec), _length(spec)
    found = Text(
        f"{begin.en} the median {quantity.en} after {length.en} is {_loss(spec, new)}",
        f"{begin.ja}、{length.ja.strip()}後の{quantity.ja}の中央値は {_loss(spec, new)}",
    )
    if same:
        return Text(f"{found.en}.", f"{found.ja}。")
    better = int((new.final < old.final).sum())
    return Text(
        f"{found.en}, with the default settings {_loss(spec, old)}; it is lower {_times(better)}.",
        f"{found.ja}、既定の設定では {_loss(spec, old)}。{better} 回で低い。",
    )


def _reaches(spec: TuningSpec, check: TuningCheck) -> bool:
    """Whether times to the target can be told: with the winner most descents reach it."""
    return spec.criterion_needs_target and isfinite(median(check.curves[0].reached))


def _against_present(spec: TuningSpec, check: TuningCheck) -> Text:
    present = check.curves[2]
    if _reaches(spec, check):
        time, reached = _time(spec, present), int(np.isfinite(present.reached).sum())
        return Text(
            f"With the present settings: {_after(time)}, {_times(reached)}.",
            f"現在の設定では{time.ja}、{reached} 回。",
        )
    return Text(
        f"With the present settings it is {_loss(spec, present)}.",
        f"現在の設定では {_loss(spec, present)}。",
    )


def _failures(check: TuningCheck) -> list[Text]:
    new, old = (int(curves.diverged.sum()) for curves in check.curves[:2])
    if not new and not old:
        return []
    count = len(check.curves[0].final)
    english, japanese = f"It diverges {_times(new)} of {count}", f"発散するのは {count} 回中 {new} 回"
    if check.winner != check.default:
        english += f", with the default settings {_times(old)}"
        japanese += f"、既定の設定では {old} 回"
    return [Text(f"{english}.", f"{japanese}。")]


def _sensitivity(spec: TuningSpec, check: TuningCheck) -> Text:
    english, japanese = [], []
    for factor, curves in zip(check.factors, check.varied, strict=True):
        if _reaches(spec, check):
            en, ja = _time(spec, curves)
        else:
            en = ja = _loss(spec, curves)
        english.append(f"at {'half' if factor < 1 else 'twice'} the rate {en}")
        japanese.append(f"{'半分' if factor < 1 else '2倍'}では {ja.strip()}")
    what = (
        Text("", "") if _reaches(spec, check) else Text(f" {_quantity(spec).en}", f"{_quantity(spec).ja}の")
    )
    return Text(
        f"Median{what.en}: {', '.join(english)}.",
        f"学習率を変えたときの{what.ja}中央値は、{'、'.join(japanese)}。",
    )


def _held_back(spec: TuningSpec, check: TuningCheck) -> list[Text]:
    """Which settings lie at an end of their range, so that better ones may lie beyond."""
    if check.winner in (check.default, check.present):
        return []
    labels = {s.name: s.label for s in hyperparameters(type(spec.optimizer))}
    found = []
    for axis in spec.ranges:
        near = axis.share(check.winner[axis.name])
        # Of what is searched from 0 or up to nearly 1 there is nothing beyond.
        if axis.scale != "near one" and not EDGE <= near <= 1 - EDGE:
            label = labels[axis.name]
            found.append(
                Text(
                    f"{label.en}: at the end of its range; better values may lie beyond.",
                    f"{label.ja}は範囲の端にある。範囲の外にさらによい値があるかもしれない。",
                )
            )
    return found


def _quantity(spec: TuningSpec) -> Text:
    if spec.trials.judges_held_out:
        return Text("held-out loss", "検証データの損失")
    if spec.trials.run.landscape.global_minimum is not None:
        return Text("loss above the minimum", "最小値からの損失の差")
    return Text("loss", "損失")


def _base(spec: TuningSpec) -> float:
    """What is taken off losses before they are told."""
    lowest = spec.trials.run.landscape.global_minimum
    return 0.0 if lowest is None or spec.trials.judges_held_out else lowest


def _target(spec: TuningSpec) -> Text:
    above = number_words(spec.trials.target - _base(spec))
    if spec.trials.run.landscape.global_minimum is None:
        return Text(f"the loss {above}", f"損失 {above} ")
    return Text(f"{above} above the minimum", f"最小値 + {above} ")


def _loss(spec: TuningSpec, curves: LossCurves) -> str:
    return number_words(median(curves.final) - _base(spec))


def median(values: Array) -> float:
    """Return the median; infinite where half of the values are."""
    ordered = np.sort(values)
    middle = ordered[(len(ordered) - 1) // 2], ordered[len(ordered) // 2]
    return inf if inf in middle else float(sum(middle) / 2)


def _time(spec: TuningSpec, curves: LossCurves) -> Text:
    """How long it takes to the target in the median."""
    time = median(curves.reached)
    return _units(spec, time) if isfinite(time) else Text(NEVER, "未到達")


def _after(time: Text) -> str:
    return time.en if time.en == NEVER else f"after {time.en}"


def _length(spec: TuningSpec) -> Text:
    return _units(spec, spec.length)


def _units(spec: TuningSpec, number: float) -> Text:
    plural = "" if number == 1 else "s"
    if spec.trials.unit == "evaluations":
        return Text(f"{number:,.4g} evaluation{plural}", f" {number:,.4g} 評価")
    return Text(f"{number:,g} step{plural}", f" {number:,g} ステップ")


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
