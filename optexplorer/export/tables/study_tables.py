"""The results of studies as tables with described columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optexplorer.engine.trajectory import TerminationReason
from optexplorer.export.tables.columns import Column, Table
from optexplorer.runs.basin_shares import ShareCurves
from optexplorer.runs.range_test import RangeTest
from optexplorer.runs.setting_map import MapSoFar
from optexplorer.runs.setting_sweep import SettingCurves
from optexplorer.scene.basins import OUTCOMES
from optexplorer.text import Text

OPTIMIZER = Text("the racer whose descent this is", "この降下の走者")
FINAL = Text("loss at the last finite position", "最後の有限な位置での損失")
TAKEN = Text("steps taken", "進んだステップ数")
ENDING = Text("how the descent ended", "降下の終わり方")
REACHED = Text(
    "steps until the target was reached; −1 if it was not", "目標に達するまでのステップ数。達しなければ−1"
)
REPEAT = Text("which start and seed, numbered from 0", "初期点とシードの番号(0から)")


def ending_words(endings: NDArray[Any]) -> NDArray[Any]:
    """Return the words for values of `TerminationReason`, of the same shape."""
    names = {reason.value: reason.name.lower().replace("_", " ") for reason in TerminationReason}
    return np.array([names[int(value)] for value in endings.ravel()]).reshape(endings.shape)


def setting_sweep_table(found: SettingCurves, names: Sequence[str]) -> Table:
    """Return a row for each racer, value, start and seed; `names` are those of the experiment's racers."""
    sweep = found.sweep
    curves = found.known
    repeats = [curve.loss.shape[1] for curve in curves]
    setting = Text(f"value of the setting {sweep.setting}", f"設定{sweep.setting}の値")

    def joined(parts: list[NDArray[Any]]) -> NDArray[Any]:
        return np.concatenate([part.ravel() for part in parts])

    columns = {
        "racer": Column(
            joined([np.repeat(names[curve.number], curve.loss.size) for curve in curves]), "", OPTIMIZER
        ),
        sweep.setting: Column(
            joined([np.repeat(curve.values, count) for curve, count in zip(curves, repeats, strict=True)]),
            "1",
            setting,
        ),
        "repeat": Column(
            joined(
                [
                    np.tile(np.arange(count), len(curve.values))
                    for curve, count in zip(curves, repeats, strict=True)
                ]
            ),
            "",
            REPEAT,
        ),
        "final_loss": Column(joined([curve.loss for curve in curves]), "1", FINAL),
        "steps": Column(joined([curve.steps for curve in curves]), "steps", TAKEN),
        "ending": Column(joined([ending_words(curve.ending) for curve in curves]), "", ENDING),
        "steps_to_target": Column(joined([curve.reached for curve in curves]), "steps", REACHED),
    }
    facts = {
        "landscape": sweep.racers[0].run_spec.landscape.id,
        "setting": sweep.setting,
        "steps": sweep.steps,
        "target_loss": found.target,
        "starts": sweep.starts,
        "seeds": list(sweep.seeds),
    }
    return Table(columns, facts)


def setting_map_table(found: MapSoFar) -> Table:
    """Return a row for each cell of the finest map, the setting across fastest; only those that have been computed."""
    cells, asked = found.maps[-1], found.asked
    known = cells.known.ravel()
    y, x = np.meshgrid(cells.y, cells.x, indexing="ij")
    columns = {
        side.setting: Column(
            values.ravel()[known],
            "1",
            Text(f"value of the setting {side.setting}", f"設定{side.setting}の値"),
        )
        for side, values in ((asked.y, y), (asked.x, x))
    }
    columns |= {
        "final_loss": Column(cells.loss.ravel()[known], "1", FINAL),
        "steps": Column(cells.steps.ravel()[known], "steps", TAKEN),
        "ending": Column(ending_words(cells.ending.ravel()[known]), "", ENDING),
        "steps_to_target": Column(cells.reached.ravel()[known], "steps", REACHED),
    }
    facts = {
        "landscape": asked.run_spec.landscape.id,
        "optimizer": asked.run_spec.optimizer.id,
        "steps": asked.steps,
        "target_loss": found.target,
    }
    return Table(columns, facts)


def range_test_table(found: RangeTest) -> Table:
    """Return a row for each step of a learning-rate range test."""
    raw = Text(
        "loss that the step sees where it begins: of its mini-batch, where there is one",
        "ステップの出発点で見る損失。ミニバッチがあればその損失",
    )
    smoothed = Text(
        "exponential moving average of the raw loss, corrected for its beginning",
        "生の損失の指数移動平均(立ち上がりを補正)",
    )
    columns = {
        "step": Column(np.arange(len(found.rates)), "steps", Text("number of the step", "ステップの番号")),
        "lr": Column(found.rates, "1", Text("learning rate of the step", "そのステップの学習率")),
        "loss": Column(found.raw, "1", raw),
        "smoothed_loss": Column(found.smoothed, "1", smoothed),
    }
    spec = found.spec
    facts = {
        "landscape": spec.run_spec.landscape.id,
        "optimizer": spec.run_spec.optimizer.id,
        "smoothing": spec.smoothing,
        "steepest": found.steepest,
        "minimum_over_10": found.tenth,
    }
    return Table(columns, facts)


def basin_share_table(found: ShareCurves) -> Table:
    """Return a row for each value of the setting, with the share of each minimum and of what is none."""
    columns = {
        found.sweep.setting: Column(
            found.values,
            "1",
            Text(f"value of the setting {found.sweep.setting}", f"設定{found.sweep.setting}の値"),
        ),
        "global": Column(
            found.lowest_share,
            "1",
            Text("share of the starts that find a global minimum", "大域的最小点に到達する初期点の割合"),
        ),
    }
    for label, share in sorted(found.shares.items(), key=lambda one: (one[0] < 0, abs(one[0]))):
        if label >= 0:
            place = ", ".join(f"{x:.6g}" for x in found.minima[label].position[:6])
            name, words = f"minimum_{label + 1}", Text(f"({place})", f"({place})")
        else:
            name, words = OUTCOMES[label].en.replace(" ", "_"), OUTCOMES[label]
        columns[name] = Column(
            share, "1", Text(f"share of the starts: {words.en}", f"初期点の割合: {words.ja}")
        )
    spec = found.sweep.map
    facts = {
        "landscape": spec.run_spec.landscape.id,
        "optimizer": spec.run_spec.optimizer.id,
        "starts": f"{spec.columns} × {spec.rows}",
        "steps": spec.steps,
    }
    return Table(columns, facts)
