"""The panel with one card per racer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLayout, QToolButton, QVBoxLayout, QWidget

from optexplorer.engine.diagnostics import Stability
from optexplorer.engine.gradient_sources.base import GradientSource
from optexplorer.engine.trajectory import Trajectory
from optexplorer.experiment.experiment import MOST_RACERS
from optexplorer.experiment.racer import Racer
from optexplorer.gui.desktop.icons import icon
from optexplorer.gui.desktop.retranslating import Retranslating
from optexplorer.gui.fields.labels import describe
from optexplorer.gui.fields.section_header import SectionHeader
from optexplorer.gui.panels.racer_card import RacerCard


class RacersPanel(Retranslating, QWidget):
    """Shows a card per racer; cards are matched to racers by random stream when racers are added or removed."""

    racerChanged = Signal(int, object, str)
    """Place in the list, the new racer, and a key: changes in a row with equal keys are one drag."""
    duplicateAsked = Signal(int)
    removeAsked = Signal(int)
    tuneAsked = Signal(int)
    addAsked = Signal()
    unfolded = Signal(int)
    """The place in the list of a racer whose other settings have been shown."""
    ended = Signal()
    """A drag or an edit is over: the next change is a step of undo of its own."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._streams: list[int] = []
        self.cards: list[RacerCard] = []
        self.add = QToolButton()
        self.add.setObjectName("quiet")
        self.add.setIcon(icon("mdi6.plus"))
        self.add.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.add.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.add.clicked.connect(self.addAsked)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        # So that new cards are never squeezed into the room of those before, until the panel has grown.
        self._column.setSizeConstraint(QLayout.SizeConstraint.SetMinimumSize)
        self._header = SectionHeader(self.add)
        self._column.addWidget(self._header)
        self.retranslate()

    def retranslate(self) -> None:
        self._header.title.setText(self.tr("Racers"))
        self.add.setText(self.tr("Add racer"))
        describe(self.add, self.tr("Add racer"), self.tr("Add another optimizer to the race"))

    def show_racers(
        self, racers: Sequence[Racer], steps: int, chosen: Sequence[GradientSource], sources: Sequence[str]
    ) -> None:
        """Show a card per racer; each takes at most `steps` steps.

        Parameters
        ----------
        chosen : where the gradients of each racer come from
        sources : the ids of those that can be chosen
        """
        streams = [racer.stream for racer in racers]
        if streams != self._streams:
            self._arrange(streams)
        for number, (card, racer, source) in enumerate(zip(self.cards, racers, chosen, strict=True), 1):
            card.show_racer(number, racer, steps, source, sources)
        self.add.setEnabled(len(racers) < MOST_RACERS)

    def show_trajectories(
        self, trajectories: Sequence[Trajectory | None], outcomes_shown: bool = True
    ) -> None:
        """Show the outcome of each racer on its card, if `outcomes_shown`."""
        for card, trajectory in zip(self.cards, trajectories, strict=True):
            card.show_trajectory(trajectory, outcomes_shown)

    def show_rounding(self, steps: Mapping[int, int]) -> None:
        """Say on the cards of these racers, by number, from which step on their paths depend on rounding."""
        for number, card in enumerate(self.cards):
            card.show_rounding(steps.get(number))

    def show_stable_rates(self, rates: Sequence[Stability | None]) -> None:
        """Mark on each card the largest stable rate where its racer is."""
        for card, rate in zip(self.cards, rates, strict=True):
            card.show_stable_rate(rate)

    def _arrange(self, streams: list[int]) -> None:
        left: dict[int, list[RacerCard]] = {}
        for stream, card in zip(self._streams, self.cards, strict=True):
            left.setdefault(stream, []).append(card)
            self._column.removeWidget(card)
        self.cards = [left[stream].pop(0) if left.get(stream) else self._make_card() for stream in streams]
        self._streams = streams
        for card in (card for cards in left.values() for card in cards):
            # Whatever still goes on in it, such as an open menu, concerns no racer any more.
            card.blockSignals(True)
            card.hide()
            card.deleteLater()
        for card in self.cards:
            self._column.addWidget(card)

    def _make_card(self) -> RacerCard:
        card = RacerCard(self)
        card.racerChanged.connect(lambda racer, what: self._change(card, racer, what))
        card.duplicateAsked.connect(lambda: self.duplicateAsked.emit(self.cards.index(card)))
        card.removeAsked.connect(lambda: self.removeAsked.emit(self.cards.index(card)))
        card.tuneAsked.connect(lambda: self.tuneAsked.emit(self.cards.index(card)))
        card.ended.connect(self.ended)
        card.unfolded.connect(lambda: self.unfolded.emit(self.cards.index(card)))
        return card

    def _change(self, card: RacerCard, racer: Racer, what: str) -> None:
        self.racerChanged.emit(self.cards.index(card), racer, f"racer {racer.stream} {what}" if what else "")
