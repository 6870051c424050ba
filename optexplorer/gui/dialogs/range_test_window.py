"""The window of the learning-rate range test: one descent of a racer whose rate grows, and what it suggests."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from PySide6.QtWidgets import QWidget

from optexplorer.engine.varied import with_settings
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.export.tables.columns import Table
from optexplorer.export.tables.study_tables import range_test_table
from optexplorer.gui.desktop.window_style import window_style
from optexplorer.gui.dialogs.best_values import BestRow, BestValues
from optexplorer.gui.dialogs.study_window import StudyWindow
from optexplorer.gui.dialogs.swept_racers import show_racers, without_settings
from optexplorer.gui.fields.choices import ChoiceField, SwitchField
from optexplorer.gui.fields.labels import PlainLabel, describe
from optexplorer.gui.fields.number_field import Bounds, NumberField, SpinField
from optexplorer.gui.state.settings import Settings
from optexplorer.gui.state.store import Store
from optexplorer.gui.workers.study_worker import Report, StudyWork
from optexplorer.runs.range_test import (
    FEWEST_STEPS,
    HIGH,
    LOW,
    MOST_STEPS,
    SMOOTHING,
    STEPS,
    RangeTest,
    RangeTestSpec,
    range_test_in_chunks,
)
from optexplorer.runs.tasks import ShouldStop
from optexplorer.scene.geometry.ticks import brief, reading
from optexplorer.scene.plot import Plot, PlotSheet
from optexplorer.scene.plot_axis import PlotAxis
from optexplorer.scene.racer_names import racer_names
from optexplorer.scene.range_test_plot import ABOVE, RATE, range_test_sheet
from optexplorer.text import Text


class RangeTestWindow(StudyWindow):
    """Tests one racer with its own gradients; a click in the picture takes a rate over."""

    name = "range-test"

    def __init__(self, store: Store, settings: Settings, parent: QWidget) -> None:
        super().__init__(store, settings, parent)
        self.racer = ChoiceField()
        rates = Bounds(0, None, low_open=True)
        self.low, self.high = NumberField(bounds=rates), NumberField(bounds=rates)
        self.steps = SpinField(Bounds(FEWEST_STEPS, MOST_STEPS, whole=True))
        self.smoothing = NumberField(bounds=Bounds(0, 1, high_open=True))
        self.logarithmic = SwitchField()
        self.best_title = PlainLabel(name="subtitle")
        self.best = BestValues()
        self.fields.add(self.racer, self.low, self.high, self.steps, self.smoothing)
        self.fields.addRow(self.logarithmic)
        self.form.addWidget(self.best_title)
        self.form.addWidget(self.best)
        for field, value in (
            (self.low, LOW),
            (self.high, HIGH),
            (self.steps, STEPS),
            (self.smoothing, SMOOTHING),
        ):
            field.show_value(value)
            field.valueChosen.connect(lambda _: self.compute())
        # Of data, losses seldom fall by decades.
        self.logarithmic.show_value(not store.experiment.resolve_landscape().examples)
        self.racer.valueChosen.connect(lambda _: self.compute())
        self.logarithmic.valueChosen.connect(lambda _: self._show())
        self.best.adoptAsked.connect(self.adopt)
        self.view.readout = self._told_at
        self.view.picked.connect(lambda _, x, y: self._take_over(self._computed_rate(x)))
        self.retranslate()

    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("Learning-rate range test"))
        self.fields.name_rows(
            {
                self.racer: self.tr("Racer"),
                self.low: self.tr("From"),
                self.high: self.tr("To"),
                self.steps: self.tr("Steps"),
                self.smoothing: self.tr("Smoothing"),
            }
        )
        describe(
            self.smoothing,
            self.tr("Smoothing"),
            self.tr("How much of the average so far stays at each step; 0 leaves the loss as it is"),
        )
        self.logarithmic.setText(self.tr("Logarithmic loss"))
        describe(self.logarithmic, self.tr("Logarithmic loss"))
        self.best_title.setText(self.tr("Suggested rates"))
        self.view.setAccessibleDescription(
            self.tr("Click: give the racer this rate\nArrow keys, Enter: the same by keyboard")
        )
        self.view.setToolTip(self.view.accessibleDescription())
        super().retranslate()

    # The form

    def show_experiment(self, experiment: Experiment) -> None:
        show_racers(self.racer, experiment)
        self._show_best()

    @property
    def _number(self) -> int:
        return int(self.racer.currentData() or 0)

    def _racer(self) -> Racer | None:
        racers = self.store.experiment.racers
        return racers[self._number] if self._number < len(racers) else None

    # The study

    def work(self, experiment: Experiment) -> StudyWork:
        racer = self._racer()
        if racer is None:
            raise ValueError(Text("There is no racer.", "走者がない。"))
        spec = RangeTestSpec(
            experiment.run_spec(racer),
            experiment.start_of(racer),
            float(self.low.value),
            float(self.high.value),
            int(self.steps.value),
            float(self.smoothing.value),
        )
        return partial(_test, spec)

    def depends_on(self, experiment: Experiment) -> object:
        racers = experiment.racers
        if self._number < len(racers):
            racer = racers[self._number]
            # The rates are those of the test, whatever rate and schedule the racer has.
            optimizer = without_settings(racer.optimizer, ("lr",))
            racers = (racer.evolve(optimizer=optimizer, schedule="constant", stream=racer.stream),)
        return self._number, super().depends_on(experiment.evolve(racers=racers, steps=1))

    def sheet(self, result: Any) -> PlotSheet:
        racer = self._racer()
        if result is None or racer is None:
            return PlotSheet((Plot(PlotAxis(RATE, LOW, HIGH, "log"), PlotAxis(ABOVE, 1e-6, 10.0, "log")),))
        name = racer_names(self.store.experiment)[self._number]
        return range_test_sheet(result, name, racer.colour, racer.optimizer.lr, self.logarithmic.isChecked())

    def table(self, result: Any) -> Table:
        return range_test_table(result)

    def show_result(self, result: Any) -> None:
        super().show_result(result)
        self._show_best()

    # What is suggested

    def _suggested(self) -> list[float | None]:
        result: RangeTest | None = self.result
        return [None, None] if result is None else [result.steepest, result.tenth]

    def _show_best(self) -> None:
        racer = self._racer()
        if racer is None:
            self.best.show_rows([])
            return
        usable = self.up_to_date
        words = (
            (
                self.tr("Steepest"),
                self.tr("Where the smoothed loss falls fastest with the logarithm of the rate"),
            ),
            (self.tr("Minimum/10"), self.tr("A tenth of the rate at which the smoothed loss is lowest")),
        )
        rows = [
            BestRow(
                place,
                racer.colour,
                name,
                "—" if value is None else brief(value),
                tip,
                value is not None and value == racer.optimizer.lr,
                value is not None and usable,
            )
            for place, (value, (name, tip)) in enumerate(zip(self._suggested(), words, strict=True))
        ]
        self.best.show_rows(rows)

    def adopt(self, place: int) -> None:
        """Give the racer the rate of a suggestion: 0 the steepest descent, 1 a tenth of the minimum."""
        self._take_over(self._suggested()[place])

    def _take_over(self, rate: float | None) -> None:
        racer = self._racer()
        if rate is None or racer is None or not self.up_to_date:
            return
        changed = racer.evolve(optimizer=with_settings(racer.optimizer, {"lr": rate}))
        number = self._number
        self.store.replace(
            self.store.experiment.with_racer(number, changed), lambda: self.tr("Racer {0}").format(number + 1)
        )

    def _step_at(self, x: float) -> int | None:
        result: RangeTest | None = self.result
        if result is None or x <= 0:
            return None
        return int(np.abs(np.log(result.rates) - np.log(x)).argmin())

    def _computed_rate(self, x: float) -> float | None:
        step = self._step_at(x)
        return None if step is None else float(self.result.rates[step])

    def _told_at(self, _: int, x: float, y: float) -> list[tuple[str, str]]:
        step, result = self._step_at(x), self.result
        if step is None:
            return []
        style, racer = window_style(), self._racer()
        ink = style.theme.text if racer is None else racer.colour
        words = self.tr("step {0}").format(step)
        return [
            (f"{style.words(RATE)} {brief(float(result.rates[step]))}", style.theme.text),
            (words, style.theme.muted),
            (f"{reading(float(result.smoothed[step]))} ({reading(float(result.raw[step]))})", ink),
        ]


def _test(spec: RangeTestSpec, should_stop: ShouldStop, report: Report) -> RangeTest | None:
    found = None
    for progress, found in range_test_in_chunks(spec, should_stop):
        report(progress, found)
    return found
