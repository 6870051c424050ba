"""The anatomy of a step of one or two racers: what the optimizer computes, phase by phase."""

from __future__ import annotations

from functools import partial
from itertools import chain, zip_longest

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QScrollArea, QToolButton, QVBoxLayout, QWidget

from optexplorer.gui.desktop.retranslating import Retranslating
from optexplorer.gui.fields.colour_chip import colour_icon
from optexplorer.gui.fields.labels import PlainLabel
from optexplorer.gui.views.equation_list import EquationList
from optexplorer.gui.views.rate_bars import RateBars
from optexplorer.gui.workers.equation_images import EquationImages
from optexplorer.painting.style import Style
from optexplorer.scene.anatomy.shown_racers import MOST_SHOWN
from optexplorer.scene.scene import Scene, ShownStep

GATHER = 40
"""Milliseconds of drawn equations that are put in the list together."""
SETTLE, LATEST = 120, 400
"""Milliseconds for which a step has to stay before all of it is drawn, and between two drawings of what is urgent."""


class _Column(Retranslating, QWidget):
    """One racer: its name, which chooses another, the phases of its step, and its rates."""

    racerChosen = Signal(int)
    phaseChosen = Signal(int)

    def __init__(self, images: EquationImages) -> None:
        super().__init__()
        self._choices: list[tuple[int, str, str]] = []
        self.name = QToolButton()
        self.name.setObjectName("anatomyRacer")
        self.name.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.name.setAutoRaise(True)
        self.name.setIconSize(QSize(14, 14))
        self.name.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.name.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self.name)
        menu.aboutToShow.connect(lambda: self._fill(menu))
        self.name.setMenu(menu)
        self.step = PlainLabel(name="hint")
        self.list = EquationList(images)
        self.list.phaseChosen.connect(self.phaseChosen)
        self.area = QScrollArea()
        self.area.setObjectName("anatomyScroll")
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.area.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.area.setWidget(self.list)
        self.rates = RateBars()
        head = QHBoxLayout()
        head.setContentsMargins(4, 0, 12, 2)
        head.addWidget(self.name)
        head.addStretch(1)
        head.addWidget(self.step)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self.area, 1)
        layout.addWidget(self.rates)
        self._named = False
        self.retranslate()

    def retranslate(self) -> None:
        self.name.setToolTip(self.tr("The racer whose step is explained"))
        self.list.setAccessibleName(self.tr("Phases of the step"))
        if not self._named:
            self.name.setText(self.tr("Choose a racer"))

    def show_step(self, shown_step: ShownStep | None, scene: Scene, style: Style) -> None:
        """Show one racer's step, and offer the others."""
        self._choices = [(t.number, style.words(t.name), t.colour) for t in scene.racer_paths]
        self.list.show_step(shown_step, style)
        self._named = shown_step is not None
        if shown_step is None:
            self.name.setText(self.tr("Choose a racer"))
            self.rates.setVisible(False)
            return
        racer_path, moment = shown_step.racer_path, shown_step.anatomy.moment
        if self.name.text() != style.words(racer_path.name) or self.name.property("ink") != racer_path.colour:
            self.name.setText(style.words(racer_path.name))
            self.name.setProperty("ink", racer_path.colour)
            self.name.setIcon(colour_icon(racer_path.colour))
        self.step.setText(f"{moment.step} → {moment.step + 1}")
        anatomy = shown_step.anatomy
        self.rates.show_rates(anatomy.rates, moment.variables, style, anatomy.selected)

    def reveal(self) -> None:
        """Scroll to the present phase."""
        rect = self.list.present_rect()
        if rect is not None:
            margin = round(min(rect.height() / 2 + 24, self.area.viewport().height() / 2))
            centre = rect.center().toPoint()
            self.area.ensureVisible(centre.x(), centre.y(), 0, margin)

    def _fill(self, menu: QMenu) -> None:
        menu.clear()
        for number, name, colour in self._choices:
            menu.addAction(colour_icon(colour), name).triggered.connect(
                partial(self.racerChosen.emit, number)
            )


class AnatomyView(Retranslating, QWidget):
    """Shows the anatomies of a scene side by side."""

    racerChosen = Signal(int, int)
    """In which column, and the number of the racer that it is to show."""
    phaseChosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._images = EquationImages(self)
        # Equations arrive in quick succession; the list is laid out anew a few times only.
        self._layout_timer = QTimer(self, singleShot=True, interval=GATHER)
        self._layout_timer.timeout.connect(self._lay_out)
        self._images.drawn.connect(self._gather)
        self._scene: Scene | None = None
        self._present: object = None
        self.columns = [_Column(self._images) for _ in range(MOST_SHOWN)]
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(1)
        for number, column in enumerate(self.columns):
            column.racerChosen.connect(partial(self.racerChosen.emit, number))
            column.phaseChosen.connect(self.phaseChosen)
            layout.addWidget(column, 1)
        self.columns[1].hide()
        self._settle = QTimer(self, singleShot=True, interval=SETTLE)
        self._settle.timeout.connect(partial(self._request, True))
        self._latest = QTimer(self, singleShot=True, interval=LATEST)
        self._latest.timeout.connect(self._keep_up)
        self.retranslate()

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Anatomy of a step"))

    def show_scene(self, scene: Scene, style: Style) -> None:
        """Show the racers of `scene` whose steps are explained."""
        self._scene = scene
        if not scene.appearance.anatomy:
            # What nobody sees is not drawn to its end.
            self.stop()
            return
        shown = scene.anatomies
        for number, column in enumerate(self.columns):
            column.setVisible(number == 0 or number < len(shown))
            column.show_step(shown[number] if number < len(shown) else None, scene, style)
        self._reveal()
        self._settle.start()
        if not self._latest.isActive():
            self._latest.start()
            self._request(False)

    def stop(self) -> None:
        """Drop running work before the window closes."""
        self._settle.stop()
        self._latest.stop()
        self._layout_timer.stop()
        self._images.stop()

    def _keep_up(self) -> None:
        if self._settle.isActive():
            self._latest.start()
            self._request(False)

    def _request(self, all: bool) -> None:
        """Draw all equations, or while steps follow each other quickly only the most urgent."""
        # The columns take turns, so that the present phases of both come first.
        shown = [column.list for column in self.columns if column.isVisible()]
        both = zip_longest(*(list.equations(all) for list in shown))
        self._images.request([equation for equation in chain.from_iterable(both) if equation is not None])

    def _gather(self) -> None:
        if not self._layout_timer.isActive():
            self._layout_timer.start()

    def _lay_out(self) -> None:
        for column in self.columns:
            if column.isVisible():
                column.list.lay_out()
        self._present = None
        self._reveal()

    def _reveal(self) -> None:
        """Scroll to the current phase when it changes, but keep the user's own scrolling."""
        scene = self._scene
        present = None if scene is None else (scene.playhead, scene.appearance.phase)
        if present != self._present:
            self._present = present
            QTimer.singleShot(0, self, self._scroll_to_present)

    def _scroll_to_present(self) -> None:
        for column in self.columns:
            column.reveal()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._settle.start()
