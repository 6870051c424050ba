"""The window in which every racer gets good settings under one budget, before they race."""

from __future__ import annotations

from functools import partial
from math import isfinite

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from optexplorer.experiment.experiment import MOST_STEPS, Experiment
from optexplorer.export.tables.columns import Table
from optexplorer.export.tables.tuning_tables import race_table_of
from optexplorer.gui.desktop.window_style import localized, window_style
from optexplorer.gui.dialogs.race_rows import RaceRow, RaceRows
from optexplorer.gui.dialogs.search_effort import SearchEffort
from optexplorer.gui.dialogs.study_window import StudyWindow
from optexplorer.gui.dialogs.swept_racers import swept_racers, without_settings
from optexplorer.gui.fields.choices import ChoiceField
from optexplorer.gui.fields.labels import PlainLabel, describe
from optexplorer.gui.fields.number_field import Bounds, SpinField
from optexplorer.gui.state.settings import Settings
from optexplorer.gui.state.store import Store
from optexplorer.gui.workers.study_worker import Report, StudyWork
from optexplorer.runs.fair_race import FairRaceSpec, Finish, fair_race_spec, run_fair_race, usual_race_effort
from optexplorer.runs.tasks import Meter, ShouldStop
from optexplorer.runs.tuning.explanation import median
from optexplorer.runs.tuning.ranges import USUAL, SearchRange, usual_range, usual_ranges
from optexplorer.runs.tuning.tuning import TuningState
from optexplorer.scene.fair_race_plot import (
    FairRace,
    empty_fair_race_sheet,
    fair_race_sheet,
    finish_words,
    value_words,
)
from optexplorer.scene.plot import PlotSheet
from optexplorer.scene.racer_names import racer_names
from optexplorer.text import Text


class FairRaceWindow(StudyWindow):
    """Tunes all racers that are shown, by the same effort, and lets them race under one budget of evaluations."""

    name = "fair-race"

    def __init__(self, store: Store, settings: Settings, parent: QWidget) -> None:
        super().__init__(store, settings, parent)
        self._usual_of: object = None
        self.budget = SpinField(Bounds(1, MOST_STEPS, whole=True))
        self.searched = ChoiceField()
        self.title, self.rows = PlainLabel(name="subtitle"), RaceRows()
        self.adopt_all, self.adopt_and_run = QPushButton(), QPushButton()
        for button in (self.adopt_all, self.adopt_and_run):
            button.setAutoDefault(False)
            self.adopting.addWidget(button)
        self.measured = PlainLabel(name="status")
        self.measured.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        titles = QHBoxLayout()
        titles.addWidget(self.title)
        titles.addWidget(self.measured, 1)
        self.form.insertLayout(0, titles)
        self.form.insertWidget(1, self.rows)
        self.fields.add(self.budget, self.searched)
        self.effort = SearchEffort(self.fields, self)
        self.searched.show_choices({"usual": "", "lr": ""})
        self.searched.show_value("usual")
        self._take_up(store.experiment)
        self.budget.valueChosen.connect(lambda _: self._changed())
        self.searched.valueChosen.connect(lambda _: self._changed())
        self.effort.chosen.connect(self._changed)
        self.adopt_all.clicked.connect(self.adopt)
        self.adopt_and_run.clicked.connect(self.run)
        self.retranslate()

    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("Fair race"))
        self.title.setText(self.tr("Racers"))
        self.fields.name_rows({self.budget: self.tr("Budget"), self.searched: self.tr("Searched")})
        describe(
            self.budget,
            self.tr("Budget"),
            self.tr(
                "What the evaluations of each descent may cost, in gradients; the prices stand below the picture"
            ),
        )
        self.searched.setItemText(0, self.tr("rate, momentum"))
        self.searched.setItemText(1, self.tr("rate only"))
        describe(self.searched, self.tr("Searched"), self.tr("Which settings are searched, of every racer"))
        self.effort.retranslate()
        self.adopt_all.setText(self.tr("Adopt"))
        describe(
            self.adopt_all,
            self.tr("Adopt"),
            self.tr("Give every racer the settings that were found; undo takes it back"),
        )
        self.adopt_and_run.setText(self.tr("Adopt and run"))
        describe(
            self.adopt_and_run,
            self.tr("Adopt and run"),
            self.tr("Give every racer its settings, and run the race over evaluations in the main window"),
        )
        super().retranslate()

    # The form

    def _changed(self) -> None:
        """Race anew, if that is a matter of moments."""
        if not self.store.experiment.resolve_landscape().examples:
            self.compute()

    def _take_up(self, experiment: Experiment) -> None:
        """Show what is usual on another landscape, or for other racers."""
        runs = [experiment.run_spec(experiment.racers[number]) for number, _ in swept_racers(experiment)]
        usual_of = experiment.landscape, any(run.gradient_source.is_random for run in runs)
        if not runs or usual_of == self._usual_of:
            return
        self._usual_of = usual_of
        self.budget.show_value(experiment.steps)
        effort = usual_race_effort(runs, experiment.steps)
        random = next((run for run in runs if run.gradient_source.is_random), runs[0])
        self.effort.show_usual(random, experiment.start, effort)

    def _ranges(self, experiment: Experiment) -> list[tuple[SearchRange, ...]]:
        optimizers = [optimizer for _, optimizer in swept_racers(experiment)]
        if self.searched.currentData() == "lr":
            return [(usual_range(optimizer, "lr"),) for optimizer in optimizers]
        return [usual_ranges(optimizer) for optimizer in optimizers]

    # The study

    def work(self, experiment: Experiment) -> StudyWork:
        numbers = tuple(number for number, _ in swept_racers(experiment))
        if not numbers:
            raise ValueError(Text("There is no racer.", "走者がいない。"))
        spec = fair_race_spec(
            [experiment.run_spec(experiment.racers[number]) for number in numbers],
            experiment.start,
            int(self.budget.value),
            ranges=self._ranges(experiment),
            effort=self.effort.effort(),
            criterion=self.effort.asked_criterion if self.effort.criterion.isEnabled() else None,
            tolerance=float(self.effort.tolerance.value) if self.effort.tolerance.isEnabled() else None,
            end=experiment.end_rule(),
            method=self.effort.asked_method,
        )
        spec.check()
        names = racer_names(experiment)
        return partial(
            _race,
            spec,
            numbers,
            tuple(names[number] for number in numbers),
            tuple(experiment.racers[number].colour for number in numbers),
        )

    def sheet(self, result: FairRace | None) -> PlotSheet:
        return empty_fair_race_sheet(int(self.budget.value)) if result is None else fair_race_sheet(result)

    def table(self, result: FairRace) -> Table:
        return race_table_of(result.spec, result.state, [name.en for name in result.names])

    def depends_on(self, experiment: Experiment) -> object:
        # What is searched, and what is taken over, changes nothing.
        racers = tuple(
            racer.evolve(optimizer=without_settings(racer.optimizer, USUAL)) for racer in experiment.racers
        )
        plain = experiment.evolve(racers=racers, steps=1, view=type(experiment.view)())
        return super().depends_on(plain), tuple(number for number, _ in swept_racers(experiment))

    def show_experiment(self, experiment: Experiment) -> None:
        self._take_up(experiment)
        self._show_rows()

    def show_result(self, result: FairRace) -> None:
        super().show_result(result)
        self._show_rows()

    def summary(self, result: FairRace) -> str:
        return self.tr("%n racer(s)", "", len(result.state.finishes))

    # The racers

    def _show_rows(self) -> None:
        result: FairRace | None = self.result
        words = window_style().words
        if result is None:
            experiment = self.store.experiment
            names = racer_names(experiment)
            self.rows.show_rows(
                [
                    RaceRow(n, experiment.racers[n].colour, words(names[n]), "", self.tr("waits"), "")
                    for n, _ in swept_racers(experiment)
                ]
            )
            self.measured.setText("")
        else:
            by_target = result.spec.racers[0].criterion_needs_target
            self.measured.setText(self.tr("evaluations to the target") if by_target else "")
            ranked = result.state.ranking
            waiting = [n for n in range(len(result.names)) if n not in {each.number for each in ranked}]
            self.rows.show_rows(
                [self._finished(result, each) for each in ranked]
                + [self._waiting(result, n) for n in waiting]
            )
        for button in (self.adopt_all, self.adopt_and_run):
            button.setEnabled(
                result is not None
                and bool(result.state.finishes)
                and self.up_to_date
                and not self.worker.busy
            )

    def _finished(self, race: FairRace, finish: Finish) -> RaceRow:
        spec = race.spec.racers[finish.number]
        by_target = spec.criterion_needs_target
        if by_target and isfinite(finish.score.value):
            result = f"{finish.score.value:,.4g}"
        else:
            loss = finish.score.other if by_target else finish.score.value
            result = self.tr("loss {0}").format(value_words(spec, loss))
        settings = finish_words(finish, [axis.name for axis in spec.ranges])
        losses, gradients, hessians = finish.evaluations
        counted = [self.tr("{0} gradients").format(f"{gradients:g}")]
        if losses:
            counted.append(self.tr("{0} losses").format(f"{losses:g}"))
        if hessians:
            counted.append(self.tr("{0} Hessians").format(f"{hessians:g}"))
        reached = int(np.isfinite(finish.curves.reached).sum())
        tip = self.tr("evaluated until the end (median): {0}").format(", ".join(counted))
        if by_target:
            target = self.tr("target reached {0} of {1} times, the median after {2} evaluations").format(
                reached, len(finish.curves.reached), f"{median(finish.curves.reached):,.4g}"
            )
            tip = f"{target}\n{tip}"
        return RaceRow(
            finish.number,
            race.colours[finish.number],
            localized(race.names[finish.number]),
            result,
            f"{settings}\n{', '.join(counted)}",
            tip,
        )

    def _waiting(self, race: FairRace, number: int) -> RaceRow:
        state: TuningState | None = race.state.searches[number]
        more = self.tr("waits")
        if state is not None:
            more = self.tr("round {0} of {1}").format(state.search.rung + 1, state.search.rungs)
        return RaceRow(number, race.colours[number], localized(race.names[number]), "", more, "")

    def adopt(self) -> None:
        """Give every racer the settings that were found for it, as one step of undo."""
        experiment = self._with_settings()
        if experiment is not None:
            self.store.replace(experiment, lambda: self.tr("Settings of the fair race"))

    def run(self) -> None:
        """Adopt the settings, and let the main window run the race over evaluations up to the budget."""
        experiment, result = self._with_settings(), self.result
        if experiment is None:
            return
        budget = result.spec.budget
        look = (
            experiment.appearance.charting("loss")
            .charted_over("evaluations")
            .evolve(chart_span=(0.0, float(budget)))
        )
        # Every step costs a gradient at least.
        self.store.replace(experiment.evolve(steps=budget, appearance=look), lambda: self.tr("Fair race"))
        self.raceAsked.emit()

    def _with_settings(self) -> Experiment | None:
        result: FairRace | None = self.result
        if result is None or not self.up_to_date:
            return None
        experiment = self.store.experiment
        for finish in result.state.finishes:
            number = result.numbers[finish.number]
            racer = experiment.racers[number]
            experiment = experiment.with_racer(number, racer.evolve(optimizer=finish.optimizer))
        return experiment


def _race(
    spec: FairRaceSpec,
    numbers: tuple[int, ...],
    names: tuple[Text, ...],
    colours: tuple[str, ...],
    should_stop: ShouldStop,
    report: Report,
) -> FairRace | None:
    meter = Meter(spec.total)
    found = None
    for state in run_fair_race(spec, None, should_stop):
        found = FairRace(spec, state, numbers, names, colours)
        report(meter.add(state.done - meter.done), found)
    return found
