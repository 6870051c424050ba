"""The tables of a tournament: its descents, and the ranks of the optimizers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from optexplorer.export.results.results import Places, ResultColumn, ResultPlan, Results, Values
from optexplorer.export.results.sweep_plan import ENDINGS, declared_json, distinct, end_json, landscape_json
from optexplorer.export.results.writing import stored
from optexplorer.export.tables.columns import Column, Table
from optexplorer.runs.profiles import median_ranks
from optexplorer.runs.tournament import TournamentCells, TournamentSpec
from optexplorer.runs.versions import numerical_versions
from optexplorer.scene.plot import PlotSheet
from optexplorer.scene.tournament_plots import tournament_sheet
from optexplorer.text import Text


def tournament_plan(spec: TournamentSpec) -> ResultPlan:
    """Return what a tournament computes, as a table of all its descents."""
    ids = distinct([landscape.id for landscape in spec.landscapes])
    keys = {
        "landscape": ResultColumn(np.int64, "", Text("what is descended", "地形"), ids),
        "start": ResultColumn(np.int64, "1", Text("number of the start", "初期点の番号")),
        "seed": ResultColumn(np.int64, "1", Text("seed of the random numbers", "乱数シード")),
        "optimizer": ResultColumn(np.int64, "", Text("what descends", "最適化手法"), optimizer_names(spec)),
    }
    return ResultPlan("tournament", _asked(spec), spec.cells, keys, _Keys(spec), _result_columns(spec))


def optimizer_names(spec: TournamentSpec) -> tuple[str, ...]:
    """Return the ids of the optimizers, numbered where one comes several times."""
    return distinct([optimizer.id for optimizer in spec.optimizers])


def cost_column(tolerance: float) -> str:
    """Return what the column is called with the evaluations until problems were solved."""
    return f"evaluations_to_{tolerance:g}"


def tournament_results(spec: TournamentSpec, part: TournamentCells) -> dict[str, Values]:
    """Return the results of one landscape as the columns of the table hold them."""
    found: dict[str, Values] = {
        "rate": part.rate.ravel(),
        "first_loss": part.first.ravel(),
        "best_loss": part.best.ravel(),
        "loss": part.loss.ravel(),
        "steps": part.steps.ravel(),
        "ending": part.ending.ravel(),
    }
    for tolerance, costs in zip(spec.tolerances, part.costs, strict=True):
        found[cost_column(tolerance)] = costs.ravel()
    return found


def problems_of(results: Results, spec: TournamentSpec, name: str) -> Values:
    """Return a column of the finished problems, shape (problems, optimizers)."""
    finished = results.finished.reshape(spec.problems, -1).all(axis=1)
    return results.values[name].reshape(spec.problems, -1)[finished]


def rank_table(results: Results, spec: TournamentSpec) -> Table:
    """Return the median rank of each optimizer over the finished problems, and the shares that it solved.

    Raises
    ------
    ValueError
        If no problem is finished.
    """
    losses = problems_of(results, spec, "loss")
    if not len(losses):
        raise ValueError("no problem is finished, so there are no ranks")
    found = median_ranks(losses)
    columns = {
        "optimizer": Column(np.array(optimizer_names(spec)), "", Text("what descends", "最適化手法")),
        "median_rank": _numbers([rank.median for rank in found], "median rank by the last loss, 1 best", "最後の損失による順位の中央値"),
        "rank_low": _numbers([rank.low for rank in found], "lower end of its 95 % interval", "その95%区間の下端"),
        "rank_high": _numbers([rank.high for rank in found], "upper end of its 95 % interval", "その95%区間の上端"),
        "median_loss": _numbers(np.median(losses, axis=0).tolist(), "median loss at the end", "最後の損失の中央値"),
        "diverged": _numbers(np.isinf(losses).mean(axis=0).tolist(), "share of descents that diverged", "発散した割合"),
    }  # fmt: skip
    for tolerance in spec.tolerances:
        solved = np.isfinite(problems_of(results, spec, cost_column(tolerance))).mean(axis=0)
        columns[f"solved_to_{tolerance:g}"] = _numbers(
            solved.tolist(),
            f"share of problems solved to {tolerance:g}",
            f"許容誤差{tolerance:g}で解けた割合",
        )
    return Table(columns, {"tournament": _asked(spec), "problems": len(losses)})


def sheet_of(results: Results, spec: TournamentSpec) -> PlotSheet:
    """Return ranks and profiles of the finished problems, at the middle tolerance."""
    tolerance = spec.tolerances[len(spec.tolerances) // 2]
    return tournament_sheet(
        [Text(name, name) for name in optimizer_names(spec)],
        problems_of(results, spec, "loss"),
        problems_of(results, spec, cost_column(tolerance)),
        tolerance,
        spec.budget,
        spec.problems,
    )


def descent_table(results: Results) -> Table:
    """Return a row for each descent that is finished, as `optexplorer tournament` writes them."""
    rows, columns = results.rows(np.flatnonzero(results.finished)), results.plan.columns
    return Table(
        {
            name: Column(stored(rows[name], column), column.unit, column.meaning)
            for name, column in columns.items()
        },
        {"tournament": results.plan.asked},
    )


def results_of(spec: TournamentSpec, parts: Iterable[TournamentCells]) -> Results:
    """Return the results of the landscapes that are finished."""
    results = Results(tournament_plan(spec))
    for part in parts:
        results.put(part.cells, tournament_results(spec, part))
    return results


def _numbers(values: list[float], en: str, ja: str) -> Column:
    return Column(np.array(values, dtype=np.float64), "1", Text(en, ja))


def _asked(spec: TournamentSpec) -> dict[str, Any]:
    return {
        "optimizers": [declared_json(optimizer) for optimizer in spec.optimizers],
        "landscapes": [landscape_json(landscape) for landscape in spec.landscapes],
        "starts": spec.starts,
        "seeds": list(spec.seeds),
        "budget": spec.budget,
        "tolerances": list(spec.tolerances),
        "rates are tuned": spec.tunes_rate,
        "end": end_json(spec.end),
        "computed with": numerical_versions(),
    }


class _Keys:
    """Tells what cells are."""

    def __init__(self, spec: TournamentSpec) -> None:
        self._shape = len(spec.landscapes), spec.starts, len(spec.seeds), len(spec.optimizers)
        self._seeds = np.array(spec.seeds, dtype=np.int64)

    def __call__(self, places: Places) -> dict[str, Values]:
        landscape, start, seed, optimizer = np.unravel_index(places, self._shape)
        return {"landscape": landscape, "start": start, "seed": self._seeds[seed], "optimizer": optimizer}


def _result_columns(spec: TournamentSpec) -> dict[str, ResultColumn]:
    def number(en: str, ja: str, unit: str = "1") -> ResultColumn:
        return ResultColumn(np.float64, unit, Text(en, ja))

    return {
        "rate": number("its learning rate", "学習率"),
        "first_loss": number("loss at the start", "初期点の損失"),
        "best_loss": number("lowest loss on the way", "途中で最も小さい損失"),
        "loss": number("loss at the end; inf where it diverged", "最後の損失。発散すればinf"),
        "steps": ResultColumn(np.int64, "steps", Text("steps that were taken", "進んだステップ数")),
        "ending": ResultColumn(np.int8, "", Text(f"how it ends: {', '.join(ENDINGS[1:4])}", "終わり方"), ENDINGS),
        **{
            cost_column(tolerance): number(
                f"evaluations until all but {tolerance:g} of the best decrease was achieved; inf if it never was",
                f"最良の減少量の{tolerance:g}を残して減らすまでの評価回数。達しなければinf",
                "gradient evaluations",
            )
            for tolerance in spec.tolerances
        },
    }  # fmt: skip
