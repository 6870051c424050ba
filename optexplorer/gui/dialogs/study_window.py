"""A window beside the main one in which something is computed about the experiment: settings, picture, progress."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QHideEvent, QKeyEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from optexplorer.experiment.experiment import Experiment
from optexplorer.export.presets import Preset
from optexplorer.export.tables.columns import Table
from optexplorer.gui.desktop.durations import duration_words
from optexplorer.gui.desktop.retranslating import Retranslating
from optexplorer.gui.desktop.window_size import resize_within_screen
from optexplorer.gui.desktop.window_style import localized, window_style
from optexplorer.gui.desktop.words import Words, written
from optexplorer.gui.dialogs.figure_button import FigureButton
from optexplorer.gui.dialogs.form_column import WIDTH, FormColumn
from optexplorer.gui.dialogs.form_rows import FormRows
from optexplorer.gui.dialogs.study_files import StudyFiles
from optexplorer.gui.fields.labels import PlainLabel, describe
from optexplorer.gui.fields.notice_bar import NoticeBar
from optexplorer.gui.fields.text_field import ProblemLabel, TextField, commit_typed
from optexplorer.gui.state.settings import Settings
from optexplorer.gui.state.store import Store
from optexplorer.gui.views.plot_view import PlotView
from optexplorer.gui.workers.study_worker import StudyWork, StudyWorker
from optexplorer.runs.tasks import Progress
from optexplorer.scene.plot import PlotSheet
from optexplorer.text import words_of

SIZE = QSize(1040, 660)
PARTS = 1000
"""Of the progress bar."""
FOLLOWED = 100
"""Milliseconds after which a change of the experiment is followed, with all others until then."""
LAST_WAIT = 1.0
"""Seconds that closing the program waits for a file that is being written."""


class StudyWindow(Retranslating, QDialog):
    """The frame of all studies; a study fills `fields` and overrides the first methods.

    It does not stand in the way of the main window, keeps what it has found when it is closed, and follows the document:
    when what its result depends on has changed, it says so and offers to compute it anew.
    """

    name = "study"
    """What its size is remembered by, and its files are called."""

    raceAsked = Signal()
    """What has been taken over is worth seeing from its first step."""

    def __init__(self, store: Store, settings: Settings, parent: QWidget) -> None:
        super().__init__(parent)
        self.store, self.settings = store, settings
        self._result: Any = None
        self._of: tuple[Experiment, object] | None = None
        """The experiment that the result, or what is being computed, belongs to, and what of it matters."""
        self._fresh = False
        """Whether the result has come since the last beginning."""
        self._told: Words = ""
        self.fields = FormRows(label_width=104)
        self.form = QVBoxLayout()
        """The column of settings: `fields`, and below them whatever a study adds."""
        self.view = PlotView()
        self.notice = NoticeBar("offer")
        self.problem = ProblemLabel()
        self.status = PlainLabel(name="status")
        self.progress = QProgressBar()
        self.start = QPushButton()
        self.export_figure, self.export_table = FigureButton(), QPushButton()
        self.adopting = QHBoxLayout()
        """Where a study puts the buttons that take its result over into the experiment."""
        self.worker = StudyWorker(self, self.name)
        self.files = StudyFiles(settings, self)
        self._lay_out()
        self._connect()

    # What a study is

    def work(self, experiment: Experiment) -> StudyWork:
        """Return what is to be computed by the settings of the form.

        Raises
        ------
        ValueError
            If it cannot be computed like this; the message is shown.
        """
        raise NotImplementedError

    def sheet(self, result: Any) -> PlotSheet:
        """Return what is shown of a result, whole or so far; None before there is any."""
        raise NotImplementedError

    def table(self, result: Any) -> Table:
        """Return a result as a table; called off the GUI thread."""
        raise NotImplementedError

    def depends_on(self, experiment: Experiment) -> object:
        """Return what of the experiment the result depends on: while it stays equal, the result is up to date."""
        return experiment.computation()._replace(view=type(experiment.view)())

    def show_experiment(self, experiment: Experiment) -> None:
        """Show what the form has to know of another experiment, such as its racers."""

    def summary(self, result: Any) -> str:
        """Return what is said in words about a result that is whole; empty for nothing."""
        return ""

    # Its parts

    def _lay_out(self) -> None:
        self.setWindowFlags(Qt.WindowType.Window | Qt.WindowType.WindowCloseButtonHint)
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self.setWindowFlag(Qt.WindowType.WindowMinimizeButtonHint)
        self.progress.setRange(0, PARTS)
        self.progress.setTextVisible(False)
        self.progress.setFixedWidth(160)
        self.progress.setFixedHeight(8)
        self.progress.hide()
        self.start.setDefault(True)
        self.export_table.setAutoDefault(False)
        scroll = FormColumn()
        self.form.setSpacing(12)
        self.form.addLayout(self.fields)
        scroll.column.addLayout(self.form)
        scroll.column.addStretch(1)
        middle = QSplitter(Qt.Orientation.Horizontal)
        middle.setChildrenCollapsible(False)
        middle.setHandleWidth(5)
        middle.addWidget(scroll)
        middle.addWidget(self.view)
        middle.setStretchFactor(1, 1)
        middle.setSizes([WIDTH, SIZE.width() - WIDTH])
        foot = QHBoxLayout()
        foot.setContentsMargins(20, 8, 20, 12)
        foot.setSpacing(8)
        foot.addWidget(self.start)
        foot.addWidget(self.progress)
        foot.addWidget(self.status, 1)
        foot.addLayout(self.adopting)
        foot.addWidget(self.export_figure)
        foot.addWidget(self.export_table)
        below = QVBoxLayout()
        below.setContentsMargins(20, 6, 20, 0)
        below.addWidget(self.problem)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.notice)
        layout.addWidget(middle, 1)
        layout.addLayout(below)
        layout.addLayout(foot)
        kept = self.settings.layout(self._layout_name)
        if kept is None or not self.restoreGeometry(kept):
            resize_within_screen(self, SIZE)

    @property
    def _layout_name(self) -> str:
        return f"{self.name} window"

    def _connect(self) -> None:
        self.start.clicked.connect(self._start_or_stop)
        self.export_table.clicked.connect(self._ask_for_table)
        self.export_figure.asked.connect(self._ask_for_figure)
        self.worker.found.connect(self.show_result)
        self.worker.progressed.connect(self._show_progress)
        self.worker.finished.connect(self._finish)
        self.worker.failed.connect(self._fail)
        self.view.painted.connect(self.worker.spare)
        self.files.written.connect(lambda name: self._tell(lambda: self.tr("{0} is written.").format(name)))
        self.files.failed.connect(self.problem.show_problem)
        self._follows = QTimer(self, singleShot=True, interval=FOLLOWED)
        self._follows.timeout.connect(self._follow)
        self.store.changed.connect(self._follow_soon)
        for keys, travel in (
            (QKeySequence.StandardKey.Undo, self.store.undo),
            (QKeySequence.StandardKey.Redo, self.store.redo),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(travel)

    def retranslate(self) -> None:
        self._write_start()
        self.export_table.setText(self.tr("Export table…"))
        describe(self.progress, self.tr("Progress"))
        self.status.setText(written(self._told))
        self.show_experiment(self.store.experiment)
        self._show()

    def _write_start(self) -> None:
        busy = self.worker.busy
        self.start.setText(self.tr("Stop") if busy else self.tr("Start"))
        self.start.setEnabled(not self.worker.stopping)

    def restyle(self) -> None:
        self._show()

    # What happens

    @property
    def result(self) -> Any:
        """What has been found, whole or so far; None before anything has."""
        return self._result

    def compute(self) -> None:
        """Begin to compute what the form says, of the experiment as it is now; what is under way is dropped."""
        commit_typed()
        self.problem.show_problem("")
        wrong = next((field.problem for field in self.findChildren(TextField) if field.problem), "")
        if wrong:
            self.problem.show_problem(wrong)
            return
        experiment = self.store.experiment
        try:
            work = self.work(experiment)
        except ValueError as error:
            self.problem.show_problem(localized(words_of(error)))
            return
        self.notice.hide()
        self._of = experiment, self.depends_on(experiment)
        self._fresh = False
        self.progress.setValue(0)
        self.progress.show()
        self._tell(lambda: self.tr("Computing …"))
        self.worker.start(work)
        self._write_start()

    def stop(self) -> None:
        """Stop what is being computed; what has been found stays."""
        self.worker.stop()
        self._write_start()

    def _start_or_stop(self) -> None:
        if self.worker.busy:
            self.stop()
        else:
            self.compute()

    def _tell(self, words: Words) -> None:
        self._told = words
        self.status.setText(written(words))

    def _show(self) -> None:
        """Show the result again, as after a change of language."""
        self.view.show_sheet(self.sheet(self._result))
        for button in (self.export_figure, self.export_table):
            button.setEnabled(self._result is not None)

    def show_result(self, result: Any) -> None:
        """Show what has been found."""
        self._result, self._fresh = result, True
        self._show()

    def _show_progress(self, progress: Progress) -> None:
        self.progress.setValue(round(PARTS * progress.done / max(progress.total, 1)))
        left = progress.remaining
        if self.worker.stopping or left is None:
            return
        self._tell(lambda: self.tr("{0} left").format(duration_words(left)))

    def _finish(self, result: Any) -> None:
        self.progress.hide()
        self._write_start()
        if result is not None:
            self.show_result(result)
        self._tell(lambda: self.summary(self._result) if self._result is not None else "")
        self._follow()

    def _fail(self, message: str) -> None:
        self.progress.hide()
        self._write_start()
        self._tell("")
        self.problem.show_problem(message)

    # The document

    def _follow_soon(self) -> None:
        if self.isVisible() and not self._follows.isActive():
            self._follows.start()

    def _follow(self) -> None:
        """Show what the form knows of the experiment, and say where the result belongs to an earlier one."""
        experiment = self.store.experiment
        self.show_experiment(experiment)
        if self._of is None:
            return
        if self._of[1] == self.depends_on(experiment):
            self.notice.hide()
        elif not self.notice.isVisibleTo(self):
            self.notice.show_notice(
                lambda: self.tr("The experiment has changed; what is shown here belongs to the earlier one."),
                {lambda: self.tr("Compute anew"): self.compute},
                stays=True,
            )
        self._show()

    @property
    def up_to_date(self) -> bool:
        """Whether the result belongs to the experiment as it is now."""
        return self._fresh and self._of is not None and self._of[1] == self.depends_on(self.store.experiment)

    # Files

    def _ask_for_figure(self, preset: Preset | None) -> None:
        sheet = self.view.sheet
        if sheet is not None:
            self.files.ask_for_figure(sheet, self.view.size(), preset, window_style(), self._file_name())

    def _ask_for_table(self) -> None:
        if self._result is not None:
            self.files.ask_for_table(self.table_of(), self._file_name())

    def table_of(self) -> Callable[[], Table]:
        """Return what makes the table of the result as it is now."""
        return partial(self.table, self._result)

    def _file_name(self) -> str:
        experiment = self.store.experiment if self._of is None else self._of[0]
        return f"{experiment.resolve_landscape().id}-{self.name}"

    # The window

    def open_study(self) -> None:
        """Show the window, in front if it is open already; the first time it begins to compute by itself."""
        first = self._of is None
        self.show()
        self.raise_()
        self.activateWindow()
        if first:
            self.start.setFocus()
            # Once the form has been painted.
            QTimer.singleShot(0, self, self._begin)

    def _begin(self) -> None:
        if self._of is None and self.isVisible():
            self.compute()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            # In a field too. What is under way, perhaps by that very key, goes on.
            if not self.worker.busy:
                self.compute()
            return
        super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._follow()

    def hideEvent(self, event: QHideEvent) -> None:
        self.settings.remember_layout(self._layout_name, self.saveGeometry())
        super().hideEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._end_work()
        super().closeEvent(event)

    def done(self, result: int) -> None:
        self._end_work()
        super().done(result)

    def _end_work(self) -> None:
        """Drop what is being computed: nobody waits for it any more."""
        if self.worker.busy:
            self.worker.forget()
            self.progress.hide()
            self._tell(lambda: self.tr("Stopped"))
            self._write_start()

    def finish(self) -> None:
        """Close for good, with the main window."""
        self.worker.forget()
        self.store.changed.disconnect(self._follow_soon)
        self.files.wait(LAST_WAIT)
        self.close()
