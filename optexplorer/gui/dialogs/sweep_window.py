"""The window that sweeps one setting of all racers, mostly the learning rate, and takes over what is best."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from PySide6.QtWidgets import QPushButton, QWidget

from optexplorer.engine.declaration import Hyperparameter
from optexplorer.engine.optimizers.base import hyperparameters
from optexplorer.engine.varied import with_settings
from optexplorer.experiment.experiment import Experiment
from optexplorer.export.tables.columns import Table
from optexplorer.export.tables.study_tables import setting_sweep_table
from optexplorer.gui.desktop.window_style import localized, window_style
from optexplorer.gui.dialogs.best_values import BestRow, BestValues
from optexplorer.gui.dialogs.study_window import StudyWindow
from optexplorer.gui.dialogs.swept_racers import allowed_range, is_noisy, swept_racers, without_settings
from optexplorer.gui.fields.choices import ChoiceField, SwitchField
from optexplorer.gui.fields.labels import PlainLabel, describe
from optexplorer.gui.fields.number_field import Bounds, NumberField, SpinField
from optexplorer.gui.state.settings import Settings
from optexplorer.gui.state.store import Store
from optexplorer.gui.workers.study_worker import Report, StudyWork
from optexplorer.runs.setting_sweep import (
    SettingCurves,
    SettingSweep,
    SweptRacer,
    sweep_setting,
    usual_range,
)
from optexplorer.runs.tasks import ShouldStop
from optexplorer.scene.geometry.ticks import brief, reading
from optexplorer.scene.plot import Plot, PlotSheet
from optexplorer.scene.plot_axis import PlotAxis
from optexplorer.scene.racer_names import racer_names
from optexplorer.scene.setting_sweep_plot import (
    ABOVE,
    RacerLook,
    SweptSetting,
    lower,
    nearest_racer,
    setting_sweep_sheet,
)
from optexplorer.text import Text

MOST_VALUES, USUAL_VALUES, FEW_VALUES = 20_000, 257, 49
"""Values at most, at first, and at first where each descent takes long, as it learns from data."""
MOST_STARTS, MOST_SEEDS = 256, 64
SEEDS_OF_NOISE = 3
"""Seeds at first where gradients are noisy."""


class SweepWindow(StudyWindow):
    """Sweeps a setting of every visible racer that has it; a click in the picture takes a value over."""

    name = "sweep"

    def __init__(self, store: Store, settings: Settings, parent: QWidget) -> None:
        super().__init__(store, settings, parent)
        self._asked = "lr"
        """The setting that was swept last, or is being swept."""
        self.setting = ChoiceField()
        self.low, self.high = NumberField(), NumberField()
        self.count = SpinField(Bounds(2, MOST_VALUES, whole=True))
        self.logarithmic = SwitchField()
        self.starts = SpinField(Bounds(1, MOST_STARTS, whole=True))
        self.seeds = SpinField(Bounds(1, MOST_SEEDS, whole=True))
        self.tolerance = NumberField(bounds=Bounds(0, 1, low_open=True, high_open=True))
        self.best_title = PlainLabel(name="subtitle")
        self.best = BestValues()
        self.adopt_all = QPushButton()
        self.adopt_all.setAutoDefault(False)
        self.adopting.addWidget(self.adopt_all)
        self.fields.add(self.setting, self.low, self.high, self.count)
        self.fields.addRow(self.logarithmic)
        self.fields.add(self.starts, self.seeds, self.tolerance)
        self.form.addWidget(self.best_title)
        self.form.addWidget(self.best)
        learns = store.experiment.resolve_landscape().examples > 0
        self.count.show_value(FEW_VALUES if learns else USUAL_VALUES)
        self.starts.show_value(1)
        self.seeds.show_value(SEEDS_OF_NOISE if is_noisy(store.experiment) else 1)
        self.tolerance.show_value(0.2 if learns else 1e-3)
        self._offer(store.experiment)
        self._choose_setting("lr", compute=False)
        self.view.readout = self._told_at
        self.view.picked.connect(self._pick)
        self.setting.valueChosen.connect(self._choose_setting)
        self.best.adoptAsked.connect(lambda number: self.adopt([number]))
        self.adopt_all.clicked.connect(lambda: self.adopt(None))
        for field in (self.low, self.high, self.count, self.starts, self.seeds, self.tolerance):
            field.valueChosen.connect(lambda _: self.compute())
        self.logarithmic.valueChosen.connect(self._choose_scale)
        self.retranslate()

    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("Sweep of a setting"))
        self.fields.name_rows(
            {
                self.setting: self.tr("Setting"),
                self.low: self.tr("From"),
                self.high: self.tr("To"),
                self.count: self.tr("Values"),
                self.starts: self.tr("Starts"),
                self.seeds: self.tr("Seeds"),
                self.tolerance: self.tr("Tolerance"),
            }
        )
        describe(self.setting, self.tr("Setting"), self.tr("What is varied, for every racer that has it"))
        describe(
            self.starts,
            self.tr("Starts"),
            self.tr("From so many starts at each value: the racer's own, and others spread over the domain"),
        )
        describe(
            self.seeds,
            self.tr("Seeds"),
            self.tr("With so many seeds of the random numbers, where gradients are noisy or of mini-batches"),
        )
        describe(
            self.tolerance,
            self.tr("Tolerance"),
            self.tr(
                "The target is reached where the loss has come down to this part of the height of the start above the "
                "lowest known loss"
            ),
        )
        self.logarithmic.setText(self.tr("Logarithmic"))
        describe(
            self.logarithmic, self.tr("Logarithmic"), self.tr("Values evenly spaced by their logarithms")
        )
        self.best_title.setText(self.tr("Best value of each racer"))
        self.adopt_all.setText(self.tr("Adopt all best values"))
        describe(
            self.adopt_all,
            self.tr("Adopt all best values"),
            self.tr("Give every racer its best value; undo takes it back"),
        )
        self.view.setAccessibleDescription(
            self.tr(
                "Click: give the racer of the nearest curve this value\nArrow keys, Enter: the same by keyboard"
            )
        )
        self.view.setToolTip(self.view.accessibleDescription())
        if self.setting.count():
            self._offer(self.store.experiment)
        super().retranslate()

    # The form

    def _offer(self, experiment: Experiment) -> None:
        """Offer the settings that any of the racers has, the rate first."""
        found: dict[str, Text] = {}
        for _, optimizer in swept_racers(experiment):
            for parameter in hyperparameters(type(optimizer)):
                if parameter.kind == "float":
                    found.setdefault(parameter.name, parameter.label)
        choices = {name: localized(label) for name, label in found.items()}
        if choices != {
            self.setting.itemData(k): self.setting.itemText(k) for k in range(self.setting.count())
        }:
            kept = self.setting.currentData()
            self.setting.show_choices(choices)
            self.setting.show_value(kept if kept in choices else "lr")

    @property
    def _name(self) -> str:
        return str(self.setting.currentData() or "lr")

    def _parameter(self, name: str) -> Hyperparameter | None:
        """The declaration of a setting by the first racer that has it."""
        return next(
            (
                parameter
                for _, optimizer in swept_racers(self.store.experiment)
                for parameter in hyperparameters(type(optimizer))
                if parameter.name == name
            ),
            None,
        )

    def _choose_setting(self, name: str, *, compute: bool = True) -> None:
        """Take over a usual range of another setting."""
        self.setting.show_value(name)
        parameter = self._parameter(name)
        self.logarithmic.show_value(name == "lr" or (parameter is not None and parameter.logarithmic))
        self._take_usual_range()
        if compute:
            self.compute()

    def _choose_scale(self, _: bool) -> None:
        self._take_usual_range()
        self.compute()

    def _take_usual_range(self) -> None:
        name, parameter = self._name, self._parameter(self._name)
        values = [float(getattr(o, name)) for _, o in swept_racers(self.store.experiment) if hasattr(o, name)]
        low, high = usual_range(values, "log" if self.logarithmic.isChecked() else "linear")
        if parameter is not None:
            self._bound(parameter)
            low, high = allowed_range(parameter, low, high)
        self.low.show_value(low)
        self.high.show_value(high)

    def _bound(self, parameter: Hyperparameter) -> None:
        low_open = parameter.low_open or self.logarithmic.isChecked()
        bounds = Bounds(parameter.low, parameter.high, low_open, parameter.high_open)
        self.low.set_bounds(bounds)
        self.high.set_bounds(bounds)

    # The study

    def work(self, experiment: Experiment) -> StudyWork:
        name = self._asked = self._name
        racers = tuple(
            SweptRacer(
                number,
                experiment.run_spec(experiment.racers[number]),
                np.array(experiment.start_of(experiment.racers[number])),
            )
            for number, optimizer in swept_racers(experiment)
            if name in type(optimizer).model_fields
        )
        if not racers:
            raise ValueError(
                Text("No visible racer has this setting.", "表示中の走者にこの設定を持つものがない。")
            )
        low, high = float(self.low.value), float(self.high.value)
        if not low < high:
            raise ValueError(
                Text(
                    f"The range goes from {low:g} to {high:g}; its end must be above its beginning.",
                    f"範囲が{low:g}から{high:g}となっている。終わりは始めより大きくなければならない。",
                )
            )
        sweep = SettingSweep(
            racers,
            name,
            low,
            high,
            int(self.count.value),
            "log" if self.logarithmic.isChecked() else "linear",
            experiment.steps,
            int(self.starts.value),
            tuple(experiment.seed + k for k in range(int(self.seeds.value))),
            float(self.tolerance.value),
            experiment.end_rule(),
        )
        return partial(_sweep, sweep)

    def sheet(self, result: Any) -> PlotSheet:
        if result is None:
            x, y = (
                PlotAxis(lower(self._setting_words().label), 1e-5, 10.0, "log"),
                PlotAxis(ABOVE, 1e-6, 10.0, "log"),
            )
            return PlotSheet((Plot(x, y), Plot(x, y)))
        return setting_sweep_sheet(result, self._looks(), self._setting_words(result.sweep.setting))

    def _setting_words(self, name: str = "") -> SweptSetting:
        parameter = self._parameter(name or self._name)
        label = Text(name, name) if parameter is None else parameter.label
        return SweptSetting(name or self._name, label, name)

    def _looks(self) -> list[RacerLook]:
        experiment, name = self.store.experiment, self._swept_name
        names = racer_names(experiment)
        return [
            RacerLook(number, names[number], experiment.racers[number].colour, getattr(optimizer, name, None))
            for number, optimizer in swept_racers(experiment)
        ]

    @property
    def _swept_name(self) -> str:
        """The setting that the result is about."""
        return self._name if self.result is None else str(self.result.sweep.setting)

    def table(self, result: Any) -> Table:
        names = [name.en for name in racer_names(self.store.experiment)]
        return setting_sweep_table(result, names)

    def depends_on(self, experiment: Experiment) -> object:
        name = self._asked
        # What is swept, and what is taken over, changes nothing.
        racers = tuple(
            racer.evolve(optimizer=without_settings(racer.optimizer, (name,))) for racer in experiment.racers
        )
        visible = tuple(racer.visible for racer in experiment.racers)
        return super().depends_on(experiment.evolve(racers=racers)), visible

    def show_experiment(self, experiment: Experiment) -> None:
        self._offer(experiment)
        self._show_best()

    def show_result(self, result: Any) -> None:
        super().show_result(result)
        self._show_best()

    def summary(self, result: Any) -> str:
        return self.tr("%n descent(s)", "", sum(curve.loss.size for curve in result.known))

    # What is best

    def _show_best(self) -> None:
        result, usable = self.result, self.up_to_date
        rows = []
        best = {} if result is None else {curve.number: curve for curve in result.known}
        for look in self._looks():
            curve = best.get(look.number)
            value = None if curve is None else curve.best_value
            words = "—" if value is None else brief(value)
            tip = ""
            if curve is not None and curve.best is not None:
                tip = self.tr("final loss {0}").format(reading(float(curve.quantile(0.5)[curve.best])))
            rows.append(
                BestRow(
                    look.number,
                    look.colour,
                    window_style().words(look.name),
                    words,
                    tip,
                    value is not None and value == look.present,
                    value is not None and usable,
                )
            )
        self.best.show_rows(rows)
        self.adopt_all.setEnabled(any(row.found and not row.adopted for row in rows))

    def adopt(self, numbers: list[int] | None) -> None:
        """Give racers their best values, as one step of undo; None means all."""
        result: SettingCurves | None = self.result
        if result is None or not self.up_to_date:
            return
        chosen = {
            curve.number: curve.best_value
            for curve in result.known
            if curve.best_value is not None and (numbers is None or curve.number in numbers)
        }
        self._take_over(chosen)

    def _take_over(self, chosen: dict[int, float]) -> None:
        name, experiment = self._swept_name, self.store.experiment
        for number, value in chosen.items():
            racer = experiment.racers[number]
            experiment = experiment.with_racer(
                number, racer.evolve(optimizer=with_settings(racer.optimizer, {name: value}))
            )
        self.store.replace(experiment, lambda: self.tr("Best values"))

    def _pick(self, plot: int, x: float, y: float) -> None:
        found = self._nearest(plot, x, y)
        if found is not None and self.up_to_date:
            self._take_over(dict([found]))

    def _nearest(self, plot: int, x: float, y: float) -> tuple[int, float] | None:
        sheet = self.view.sheet
        if self.result is None or sheet is None:
            return None
        return nearest_racer(self.result, x, y, plot, sheet.plots[plot].y)

    def _told_at(self, plot: int, x: float, y: float) -> list[tuple[str, str]]:
        """The value under the cursor, and what each racer makes of it; the one that a click changes is marked."""
        result: SettingCurves | None = self.result
        found = self._nearest(plot, x, y)
        if result is None or found is None:
            return []
        style = window_style()
        told = [
            (
                f"{style.words(self._setting_words(result.sweep.setting).label)} {brief(found[1])}",
                style.theme.text,
            )
        ]
        looks = {look.number: look for look in self._looks()}
        for curve in result.known:
            if curve.number not in looks:
                continue
            place = int(np.abs(curve.values - found[1]).argmin())
            value = float((curve.quantile(0.5) if plot == 0 else curve.steps_quantile(0.5))[place])
            words = "—" if np.isnan(value) else reading(value - (result.base if plot == 0 else 0.0))
            mark = "▶" if curve.number == found[0] else "●"
            told.append((f"{mark} {words}", looks[curve.number].colour))
        return told


def _sweep(sweep: SettingSweep, should_stop: ShouldStop, report: Report) -> SettingCurves | None:
    found = None
    for progress, curves in sweep_setting(sweep, should_stop):
        found = curves if curves.known else None
        report(progress, found)
    return found
