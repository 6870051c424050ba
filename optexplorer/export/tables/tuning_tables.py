"""Searches for good settings and fair races as tables with described columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from optexplorer.export.tables.columns import Column, Table
from optexplorer.runs.fair_race import FairRaceSpec, FairRaceState
from optexplorer.runs.tuning.explanation import explanation, median
from optexplorer.runs.tuning.tuning import TuningSpec, TuningState
from optexplorer.text import Text

KIND = Text(
    "default, present or searched: where the settings come from", "既定、現在、探索のどれに由来する設定か"
)
CANDIDATE = Text("number of the candidate", "候補の番号")
ROUND = Text("last round in which it took part, from 1", "最後に参加した回(1から)")
LENGTH = Text("length of its last descents", "最後の降下の長さ")
LOSS = Text("final loss that 75 % of its descents do not exceed", "降下の75 %がこれを超えない最後の損失")
STEPS = Text(
    "steps to the target that 75 % of its descents do not exceed",
    "降下の75 %がこれを超えない目標までのステップ数",
)
DIVERGED = Text("how many of its descents diverged", "発散した降下の数")
LEFT = Text("whether it was left at the end", "最後まで残ったか")
WINNER = Text("whether it won", "最良か")
COST = Text("what is evaluated until the target is reached", "目標に達するまでの評価の費用")
QUARTILES = {
    "low": Text("lower quartile", "第1四分位数"),
    "median": Text("median", "中央値"),
    "high": Text("upper quartile", "第3四分位数"),
}


def candidate_table(spec: TuningSpec, state: TuningState) -> Table:
    """Return a row for each candidate that has been tried."""
    tried = [each for each in state.search.candidates if each.score is not None]
    kinds = ["default", "present"][: len(spec.known)]
    best = state.search.best
    scores = [each.score for each in tried if each.score is not None]
    by_target = spec.criterion_needs_target
    columns = {
        "candidate": Column(np.array([each.number for each in tried], dtype=np.int64), "", CANDIDATE),
        "kind": Column(
            np.array([kinds[each.number] if each.number < len(kinds) else "searched" for each in tried]),
            "",
            KIND,
        ),
    }
    for axis in spec.ranges:
        meaning = Text(f"value of the setting {axis.name}", f"設定{axis.name}の値")
        columns[axis.name] = Column(np.array([each.settings[axis.name] for each in tried]), "1", meaning)
    columns |= {
        "round": Column(np.array([each.rung + 1 for each in tried], dtype=np.int64), "", ROUND),
        "length": Column(np.array([each.length for each in tried], dtype=np.int64), spec.trials.unit, LENGTH),
        "final_loss": Column(np.array([each.loss for each in tried], dtype=np.float64), "1", LOSS),
    }
    if by_target:
        columns["steps_to_target"] = Column(
            np.array([score.value for score in scores], dtype=np.float64), "steps", STEPS
        )
    columns |= {
        "diverged": Column(np.array([score.diverged for score in scores], dtype=np.int64), "", DIVERGED),
        "left": Column(np.array([each.alive for each in tried]), "", LEFT),
        "winner": Column(
            np.array([best is not None and each.number == best.number for each in tried]), "", WINNER
        ),
    }
    return Table(columns, tuning_facts(spec, state))


def race_candidate_table(spec: FairRaceSpec, state: FairRaceState) -> Table:
    """Return a row for each candidate of every racer: the column `optimizer`, then those of `candidate_table`.

    Settings that an optimizer does not have are NaN.
    """
    tables = [
        (racer.optimizer.id, candidate_table(racer, search))
        for racer, search in zip(spec.racers, state.searches, strict=True)
        if search is not None
    ]
    columns: dict[str, Column] = {}
    settings = dict.fromkeys(axis.name for racer in spec.racers for axis in racer.ranges)
    plain = [name for name in tables[0][1].columns if name not in settings] if tables else []
    # Where those of one optimizer stand, those of all do.
    names = [*plain[:2], *settings, *plain[2:]]
    lengths = [len(table.columns["candidate"].values) for _, table in tables]
    for name in names:
        known = next((table.columns[name] for _, table in tables if name in table.columns), None)
        if known is None:
            continue
        parts = [
            table.columns[name].values if name in table.columns else np.full(length, np.nan)
            for (_, table), length in zip(tables, lengths, strict=True)
        ]
        columns[name] = Column(np.concatenate(parts), known.unit, known.meaning)
    ids = np.repeat(np.array([id for id, _ in tables]), lengths)
    return Table(
        {"optimizer": Column(ids, "", Text("whose candidate it is", "手法")), **columns},
        race_facts(spec, state),
    )


def tuning_facts(spec: TuningSpec, state: TuningState) -> dict[str, Any]:
    """Return what a search was asked for, and what its winner brings on fresh starts, as JSON can hold it."""
    trials = spec.trials
    facts: dict[str, Any] = {
        "landscape": trials.run.landscape.id,
        "optimizer": spec.optimizer.id,
        "searched": [asdict(axis) for axis in spec.ranges],
        "criterion": trials.criterion,
        "target loss": _finite(trials.target),
        "length": spec.length,
        "unit": trials.unit,
        "starts": trials.starts.tolist(),
        "seeds": list(trials.seeds),
        "method": type(spec.search).__name__,
    }
    check = state.check
    if check is not None:
        names = ("winner", "default", "present")[: len(check.curves)]
        facts["winner"] = dict(check.winner)
        facts["on fresh starts"] = {
            "descents": len(check.curves[0].final),
            "starts": spec.check_starts.tolist(),
            "seeds": list(spec.check_seeds),
            **{
                name: {
                    "median final loss": _finite(median(curves.final)),
                    "median time to target": _finite(median(curves.reached)),
                    "reached": int(np.isfinite(curves.reached).sum()),
                    "diverged": int(curves.diverged.sum()),
                }
                for name, curves in zip(names, check.curves, strict=True)
            },
            "better": check.improved,
        }
        facts["explanation"] = [words.en for words in explanation(spec, check)]
    return facts


def race_table_of(spec: FairRaceSpec, state: FairRaceState, names: Sequence[str]) -> Table:
    """Return a row for each racer that has its settings, the best first."""
    ranked = state.ranking
    searched = list(dict.fromkeys(axis.name for racer in spec.racers for axis in racer.ranges))
    columns = {
        "rank": Column(np.arange(1, len(ranked) + 1), "", Text("place in the ranking", "順位")),
        "racer": Column(np.array([names[each.number] for each in ranked]), "", Text("who", "走者")),
    }
    for name in searched:
        values = [float(getattr(each.optimizer, name, np.nan)) for each in ranked]
        columns[name] = Column(np.array(values), "1", Text(f"its setting {name}", f"設定{name}"))
    finals = [np.quantile(each.curves.final, (0.25, 0.5, 0.75), method="inverted_cdf") for each in ranked]
    times = [np.quantile(each.curves.reached, (0.25, 0.5, 0.75), method="inverted_cdf") for each in ranked]
    for what, quartiles, unit, meaning in (
        ("final_loss", finals, "1", Text("final loss", "最後の損失")),
        ("evaluations_to_target", times, "gradients", COST),
    ):
        for place, (end, words) in enumerate(QUARTILES.items()):
            columns[f"{what}_{end}"] = Column(
                np.array([each[place] for each in quartiles]),
                unit,
                Text(f"{meaning.en}: {words.en}", f"{meaning.ja}: {words.ja}"),
            )
    columns["reached"] = Column(
        np.array([int(np.isfinite(each.curves.reached).sum()) for each in ranked], dtype=np.int64),
        "",
        Text("descents that reached the target", "目標に達した降下の数"),
    )
    columns["diverged"] = Column(
        np.array([int(each.curves.diverged.sum()) for each in ranked], dtype=np.int64), "", DIVERGED
    )
    for place, (name, meaning) in enumerate(
        (
            ("losses", Text("losses evaluated by a descent, median", "1回の降下での損失の評価回数の中央値")),
            ("gradients", Text("gradients evaluated by a descent, median", "1回の降下での勾配の評価回数の中央値")),
            ("hessians", Text("Hessians evaluated by a descent, median", "1回の降下でのヘッセ行列の評価回数の中央値")),
        )
    ):  # fmt: skip
        columns[name] = Column(np.array([each.evaluations[place] for each in ranked]), "", meaning)
    return Table(columns, race_facts(spec, state))


def race_facts(spec: FairRaceSpec, state: FairRaceState) -> dict[str, Any]:
    """Return what a fair race was asked for: budget, prices, criterion, effort."""
    first, prices = spec.racers[0], spec.prices
    dimension = first.trials.run.landscape.dimension
    return {
        "landscape": first.trials.run.landscape.id,
        "budget": spec.budget,
        "prices": {
            "loss": prices.value,
            "gradient": prices.gradient,
            "Hessian": prices.hessian_column * dimension,
        },
        "criterion": first.trials.criterion,
        "target loss": _finite(first.trials.target),
        "descents": len(first.check_starts) * len(first.check_seeds),
        "ranking": [
            {
                "optimizer": spec.racers[each.number].optimizer.id,
                "settings": {
                    axis.name: getattr(each.optimizer, axis.name) for axis in spec.racers[each.number].ranges
                },
                "evaluations": dict(zip(("losses", "gradients", "Hessians"), each.evaluations, strict=True)),
            }
            for each in state.ranking
        ],
        "searches": [
            tuning_facts(racer, search)
            for racer, search in zip(spec.racers, state.searches, strict=True)
            if search is not None
        ],
    }


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
