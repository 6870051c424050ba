"""The window that finds good settings for a racer, shows the search, and takes the winner over."""

from __future__ import annotations

from functools import partial

import numpy as np
from PySide6.QtWidgets import QPushButton, QWidget

from optexplorer.engine.optimizers.base import hyperparameters
from optexplorer.engine.varied import with_settings
from optexplorer.experiment.experiment import Experiment
from optexplorer.export.tables.columns import Table
from optexplorer.export.tables.tuning_tables import candidate_table
from optexplorer.gui.desktop.window_style import localized, window_style
from optexplorer.gui.dialogs.paragraphs import Paragraphs
from optexplorer.gui.dialogs.search_effort import SearchEffort
from optexplorer.gui.dialogs.search_ranges import SearchRanges
from optexplorer.gui.dialogs.study_window import StudyWindow
from optexplorer.gui.dialogs.swept_racers import show_racers, without_settings
from optexplorer.gui.fields.choices import ChoiceField
from optexplorer.gui.fields.labels import PlainLabel, describe
from optexplorer.gui.state.settings import Settings
from optexplorer.gui.state.store import Store
from optexplorer.gui.workers.study_worker import Report, StudyWork
from optexplorer.runs.tasks import Meter, ShouldStop
from optexplorer.runs.tuning.explanation import explanation
from optexplorer.runs.tuning.search import Candidate
from optexplorer.runs.tuning.trials import Settings as Values
from optexplorer.runs.tuning.tuning import TuningSpec, tune
from optexplorer.runs.tuning.usual import tuning_spec, usual_effort
from optexplorer.scene.geometry.ticks import brief
from optexplorer.scene.plot import PlotSheet
from optexplorer.scene.racer_names import racer_names
from optexplorer.scene.tuning_plot import CandidatePlaces, Tuning, empty_tuning_sheet, tuning_sheet
from optexplorer.text import Text

NEAR = 0.05
"""How far from a candidate one may point, as a part of the plot's sides."""


class TuningWindow(StudyWindow):
    """Searches good settings of one racer; one click adopts the winner, or any candidate."""

    name = "tuning"

    def __init__(self, store: Store, settings: Settings, parent: QWidget) -> None:
        super().__init__(store, settings, parent)
        self._asked: tuple[int, tuple[str, ...]] = (0, ())
        """The racer and the settings of the search that was asked for last."""
        self._usual_of: object = None
        self._placed: tuple[Tuning, str, CandidatePlaces] | None = None
        self.racer, self.across, self.round = ChoiceField(), ChoiceField(), ChoiceField()
        self.ranges_title, self.found_title = PlainLabel(name="subtitle"), PlainLabel(name="subtitle")
        self.ranges = SearchRanges()
        self.explained = Paragraphs()
        self.adopt_best = QPushButton()
        self.adopt_best.setAutoDefault(False)
        self.adopting.addWidget(self.adopt_best)
        self.fields.add(self.racer)
        self.effort = SearchEffort(self.fields, self)
        self.fields.add(self.across, self.round)
        self.form.insertWidget(0, self.found_title)
        self.form.insertWidget(1, self.explained)
        self.form.addWidget(self.ranges_title)
        self.form.addWidget(self.ranges)
        self._take_up(store.experiment)
        self.view.readout = self._told_at
        self.view.picked.connect(self._pick)
        self.racer.valueChosen.connect(self._choose_racer)
        self.across.valueChosen.connect(lambda _: self._show())
        self.round.valueChosen.connect(lambda _: self._show())
        self.ranges.rangesChosen.connect(self._changed)
        self.effort.chosen.connect(self._changed)
        self.adopt_best.clicked.connect(self.adopt)
        self.retranslate()

    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("Find good settings"))
        self.fields.name_rows(
            {self.racer: self.tr("Racer"), self.across: self.tr("Across"), self.round: self.tr("Round")}
        )
        describe(self.round, self.tr("Round"), self.tr("The search as it was after each of its rounds"))
        self._offer_rounds()
        describe(self.racer, self.tr("Racer"), self.tr("Whose settings are searched"))
        describe(self.across, self.tr("Across"), self.tr("By which setting the candidates are laid out"))
        self.effort.retranslate()
        self.ranges_title.setText(self.tr("Searched"))
        self.found_title.setText(self.tr("Found"))
        self.adopt_best.setText(self.tr("Adopt"))
        describe(
            self.adopt_best, self.tr("Adopt"), self.tr("Give the racer the best settings; undo takes it back")
        )
        super().retranslate()

    # The form

    def open_for(self, number: int) -> None:
        """Open the window for a racer, and search at once if it shows another one."""
        self._take_up(self.store.experiment)
        if self.racer.currentData() != number:
            self.racer.show_value(number)
            self._take_up(self.store.experiment)
            if self.isVisible():
                self.compute()
        self.open_study()
        if not self.up_to_date and not self.worker.busy and self.result is not None:
            self.compute()

    def _choose_racer(self, _: int) -> None:
        self._take_up(self.store.experiment)
        self._changed()

    def _changed(self) -> None:
        """Search anew, if that is a matter of moments."""
        self._offer_across()
        if not self.store.experiment.resolve_landscape().examples:
            self.compute()

    def _take_up(self, experiment: Experiment) -> None:
        """Show what the form has to know of the experiment; of another landscape or optimizer, what is usual there."""
        show_racers(self.racer, experiment)
        number = self._number(experiment)
        if number is None:
            return
        racer = experiment.racers[number]
        self.ranges.show_optimizer(racer.optimizer)
        self._offer_across()
        run = experiment.run_spec(racer)
        # Where steps take long, fewer candidates are tried when there are more of them.
        steps = experiment.steps if run.landscape.examples else 0
        usual_of = experiment.landscape, type(racer.optimizer), run.gradient_source.is_random, steps
        if usual_of != self._usual_of:
            self._usual_of = usual_of
            self.effort.show_usual(run, experiment.start_of(racer), usual_effort(run, experiment.steps))

    def _number(self, experiment: Experiment) -> int | None:
        """The number of the racer that is chosen; None if there is none."""
        number = self.racer.currentData()
        return number if isinstance(number, int) and number < len(experiment.racers) else None

    def _offer_across(self) -> None:
        number = self._number(self.store.experiment)
        if number is None:
            return
        kind = type(self.store.experiment.racers[number].optimizer)
        labels = {s.name: localized(s.label) for s in hyperparameters(kind) if s.name in self.ranges.searched}
        if labels != {self.across.itemData(k): self.across.itemText(k) for k in range(self.across.count())}:
            kept = self.across.currentData()
            self.across.show_choices(labels)
            self.across.show_value(kept if kept in labels else next(iter(labels), None))

    # The study

    def work(self, experiment: Experiment) -> StudyWork:
        number = self._number(experiment)
        if number is None:
            raise ValueError(Text("There is no racer.", "走者がいない。"))
        racer = experiment.racers[number]
        ranges = self.ranges.ranges()
        spec = tuning_spec(
            experiment.run_spec(racer),
            experiment.start_of(racer),
            experiment.steps,
            ranges=ranges,
            effort=self.effort.effort(),
            criterion=self.effort.asked_criterion if self.effort.criterion.isEnabled() else None,
            tolerance=float(self.effort.tolerance.value) if self.effort.tolerance.isEnabled() else None,
            end=experiment.end_rule(),
            method=self.effort.asked_method,
        )
        spec.check()
        self._asked = number, tuple(axis.name for axis in ranges)
        return partial(_tune, spec, number, racer_names(experiment)[number], racer.colour)

    def sheet(self, result: Tuning | None) -> PlotSheet:
        if result is None:
            return empty_tuning_sheet()
        place = self.round.currentData()
        shown = result.rounds[place] if isinstance(place, int) and 0 <= place < len(result.rounds) else None
        return tuning_sheet(result, self._across, shown)

    @property
    def _across(self) -> str:
        return str(self.across.currentData())

    def table(self, result: Tuning) -> Table:
        return candidate_table(result.spec, result.state)

    def depends_on(self, experiment: Experiment) -> object:
        number, searched = self._asked
        if number >= len(experiment.racers):
            return None
        racer = experiment.racers[number]
        # What is searched, and what is taken over, changes nothing.
        optimizer = without_settings(
            racer.optimizer, [name for name in searched if name in type(racer.optimizer).model_fields]
        )
        alone = experiment.evolve(racers=(racer.evolve(optimizer=optimizer),), view=type(experiment.view)())
        return super().depends_on(alone), number

    def show_experiment(self, experiment: Experiment) -> None:
        self._take_up(experiment)
        self._show_found()

    def _offer_rounds(self) -> None:
        """Offer the rounds that are over; all of the search is shown until one is chosen."""
        result: Tuning | None = self.result
        rounds = {-1: self.tr("all")}
        for place, search in enumerate(() if result is None else result.rounds):
            tried = max((each.length for each in search.candidates), default=0)
            count = sum(each.length == tried for each in search.candidates)
            rounds[place] = self.tr("{0}: {1} for {2} steps").format(place + 1, count, tried)
        if rounds != {self.round.itemData(k): self.round.itemText(k) for k in range(self.round.count())}:
            self.round.show_choices(rounds)
            self.round.show_value(-1)

    def show_result(self, result: Tuning) -> None:
        self._result = result
        self._offer_rounds()
        super().show_result(result)
        self._show_found()

    def summary(self, result: Tuning) -> str:
        return self.tr("%n candidate(s)", "", len(result.state.search.candidates))

    # What is found

    def _show_found(self) -> None:
        result: Tuning | None = self.result
        check = None if result is None else result.state.check
        words = [] if result is None or check is None else explanation(result.spec, check)
        self.explained.show_texts([localized(sentence) for sentence in words])
        for label in (self.found_title, self.explained):
            label.setVisible(bool(words))
        best = None if result is None else result.state.search.best
        self.adopt_best.setEnabled(
            best is not None and self.up_to_date and not self._has(best.settings) and not self.worker.busy
        )

    def _has(self, settings: Values) -> bool:
        """Whether the racer has these settings already."""
        number = self._asked[0]
        racers = self.store.experiment.racers
        return number < len(racers) and all(
            getattr(racers[number].optimizer, name, None) == value for name, value in settings.items()
        )

    def adopt(self) -> None:
        """Give the racer the best settings."""
        result: Tuning | None = self.result
        if result is not None and result.state.search.best is not None and self.up_to_date:
            self._take_over(result.state.search.best.settings)

    def _take_over(self, settings: Values) -> None:
        number, experiment = self._asked[0], self.store.experiment
        racer = experiment.racers[number]
        tuned = racer.evolve(optimizer=with_settings(racer.optimizer, settings))
        self.store.replace(experiment.with_racer(number, tuned), lambda: self.tr("Good settings"))

    def _pick(self, plot: int, x: float, y: float) -> None:
        candidate = self._nearest(plot, x, y)
        if candidate is not None and self.up_to_date:
            self._take_over(candidate.settings)

    def _nearest(self, plot: int, x: float, y: float) -> Candidate | None:
        """The candidate that stands at a place of the upper plot."""
        result: Tuning | None = self.result
        if result is None or plot != 0:
            return None
        places = self._places(result)
        if not places.candidates:
            return None
        across = np.abs(places.x.at(places.points[:, 0]) - places.x.place(x))
        distances = np.maximum(across, np.abs(places.y.at(places.points[:, 1]) - places.y.place(y)))
        nearest = int(np.nan_to_num(distances, nan=np.inf).argmin())
        return places.candidates[nearest] if distances[nearest] <= NEAR else None

    def _places(self, result: Tuning) -> CandidatePlaces:
        """Where the candidates stand; kept while the mouse moves over them."""
        known = self._placed
        if known is None or known[0] is not result or known[1] != self._across:
            known = self._placed = result, self._across, CandidatePlaces(result, self._across)
        return known[2]

    def _told_at(self, plot: int, x: float, y: float) -> list[tuple[str, str]]:
        """The settings of the candidate under the cursor, and how good it is."""
        result: Tuning | None = self.result
        candidate = self._nearest(plot, x, y)
        if result is None or candidate is None or candidate.score is None:
            return []
        ink = window_style().theme.text
        told = [(f"{name} {brief(value)}", result.colour) for name, value in candidate.settings.items()]
        if result.spec.criterion_needs_target and candidate.score.value < float("inf"):
            told.append((self.tr("{0} steps to the target").format(f"{candidate.score.value:g}"), ink))
        told.append(
            (self.tr("loss {0} after {1} steps").format(brief(candidate.loss), candidate.length), ink)
        )
        return told


def _tune(
    spec: TuningSpec, number: int, name: Text, colour: str, should_stop: ShouldStop, report: Report
) -> Tuning | None:
    meter = Meter(spec.total)
    found: Tuning | None = None
    for state in tune(spec, None, should_stop):
        found = Tuning(spec, state, number, name, colour) if found is None else found.seen(state)
        report(meter.add(state.done - meter.done), found)
    return found
