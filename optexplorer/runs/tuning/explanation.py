"""Says in words what a search for good settings has found."""

from __future__ import annotations

from math import inf, isfinite

import numpy as np

from optexplorer.engine.declaration import hyperparameters
from optexplorer.runs.tuning.trials import Array
from optexplorer.runs.tuning.tuning import TuningCheck, TuningSpec
from optexplorer.text import Text

SAME = 1.05
"""Values whose ratio is smaller are called about the same."""


def explanation(spec: TuningSpec, check: TuningCheck) -> list[Text]:
    """Return sentences: what the winner changes, what that brings on fresh starts, how much depends on the rate."""
    if check.winner == check.present:
        found = [Text("No settings were found that are better.", "現在よりよい設定は見つからなかった。")]
        return [*found, _sensitivity(spec, check)] if check.factors else found
    found = [_change(spec, check, name) for name in check.winner]
    found.append(_outcome(spec, check))
    failed = check.results.diverged.sum(axis=1)
    if failed[0] or failed[1]:
        total = check.results.loss.shape[1]
        found.append(
            Text(
                f"Diverged: {failed[0]} of {total} descents, with the present settings {failed[1]}.",
                f"発散した回数は {total} 回中 {failed[0]} 回、現在の設定では {failed[1]} 回。",
            )
        )
    if check.factors:
        found.append(_sensitivity(spec, check))
    if not check.improved:
        found.append(
            Text(
                "On fresh starts this is no better than the present settings: keep them.",
                "新しい初期点では現在の設定よりよくならない。現在の設定のままでよい。",
            )
        )
    return found


def number_words(value: float) -> str:
    """Return a number with three digits."""
    return f"{value:.3g}" if isfinite(value) else "∞"


def _change(spec: TuningSpec, check: TuningCheck, name: str) -> Text:
    label = next(s.label for s in hyperparameters(type(spec.optimizer)) if s.name == name)
    new, old = check.winner[name], check.present[name]
    words = f"{number_words(old)} → {number_words(new)}"
    english, japanese = f"{label.en}: {words}", f"{label.ja}: {words}"
    if name == "lr" and old > 0:
        ratio = max(new / old, old / new)
        if ratio < SAME:
            return Text(f"{english}, about the same.", f"{japanese}(ほぼ同じ)。")
        larger = new > old
        return Text(
            f"{english}, {ratio:.3g} times {'larger' if larger else 'smaller'}.",
            f"{japanese}({f'{ratio:.3g}倍' if larger else f'{ratio:.3g}分の1'})。",
        )
    return Text(f"{english}.", f"{japanese}。")


def _outcome(spec: TuningSpec, check: TuningCheck) -> Text:
    results = check.results
    count = results.loss.shape[1]
    if spec.criterion_needs_target:
        reached = np.isfinite(results.reached).sum(axis=1)
        new, old = (_steps(results.reached[k]) for k in (0, 1))
        return Text(
            f"It reaches {number_words(spec.trials.target)} after {new.en} in the median, the present settings after "
            f"{old.en}; in {reached[0]} of {count} fresh descents against {reached[1]}.",
            f"{number_words(spec.trials.target)} に達するまでの中央値は {new.ja}、現在の設定では {old.ja}。新しい {count} 回の降下のうち"
            f"達したのは {reached[0]} 回、現在の設定では {reached[1]} 回。",
        )
    new_loss, old_loss = (number_words(_median(results.loss[k])) for k in (0, 1))
    better = int((results.loss[0] < results.loss[1]).sum())
    quantity = (
        Text("held-out loss", "検証データの損失") if spec.trials.judges_held_out else Text("loss", "損失")
    )
    return Text(
        f"The median {quantity.en} after {spec.steps} steps is {new_loss}, with the present settings {old_loss}; "
        f"it is lower in {better} of {count} fresh descents.",
        f"{spec.steps} ステップ後の{quantity.ja}の中央値は {new_loss}、現在の設定では {old_loss}。"
        f"新しい {count} 回の降下のうち {better} 回で低い。",
    )


def _sensitivity(spec: TuningSpec, check: TuningCheck) -> Text:
    criterion = spec.trials.criterion
    values = check.results.reached if criterion == "target" else check.results.loss
    parts = [
        f"×{factor:g}: {number_words(_median(values[2 + place]))}"
        for place, factor in enumerate(check.factors)
    ]
    listed = ", ".join(parts)
    quantity = Text("steps", "ステップ数") if criterion == "target" else Text("loss", "損失")
    return Text(
        f"Median {quantity.en} with another learning rate: {listed}.",
        f"学習率を変えたときの{quantity.ja}の中央値: {listed}。",
    )


def _median(values: Array) -> float:
    """Return the median; infinite where half of the values are."""
    ordered = np.sort(values)
    middle = ordered[(len(ordered) - 1) // 2], ordered[len(ordered) // 2]
    return inf if inf in middle else float(sum(middle) / 2)


def _steps(reached: Array) -> Text:
    median = _median(reached)
    if not isfinite(median):
        return Text("more steps than there are", "制限内では未到達")
    return Text(f"{median:g} steps", f"{median:g} ステップ")
