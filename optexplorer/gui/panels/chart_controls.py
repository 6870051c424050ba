"""The controls of the chart: what it shows, and over what."""

from __future__ import annotations

from typing import get_args

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLayout, QMenu, QSizePolicy, QToolButton, QWidget

from optexplorer.experiment.appearance import Abscissa, Appearance, Quantity
from optexplorer.gui.actions.menus import ChoiceMenu
from optexplorer.gui.desktop.retranslating import Retranslating
from optexplorer.gui.fields.choices import ChoiceField, Segments
from optexplorer.gui.fields.icon_button import IconButton
from optexplorer.gui.fields.labels import describe

QUANTITIES: tuple[Quantity, ...] = get_args(Quantity)
ABSCISSAS: tuple[Abscissa, ...] = get_args(Abscissa)
GAP = 4


class ChartControls(Retranslating, QWidget):
    """A row of buttons, or a list where there is no room for them, and a menu of what the chart is drawn over."""

    quantityChosen = Signal(object)
    abscissaChosen = Signal(object)
    wholeAsked = Signal()
    """All of the chart is to be seen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.segments = Segments(QUANTITIES)
        self.choice = ChoiceField()
        self.choice.setObjectName("chartChoice")
        # As wide as its longest words.
        self.choice.setMinimumContentsLength(10)
        self.choice.hide()
        self.button = IconButton("mdi6.dots-horizontal", 14)
        self.button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu = QMenu(self)
        self.abscissas = ChoiceMenu(ABSCISSAS, self.abscissaChosen.emit, self.menu)
        self.whole = QAction(self)
        self.whole.triggered.connect(self.wholeAsked)
        for action in self.abscissas.actions():
            self.menu.addAction(action)
        self.menu.addSeparator()
        self.menu.addAction(self.whole)
        self.button.setMenu(self.menu)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        # How narrow it may be `minimumSizeHint` says.
        row.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        for widget in (self.segments, self.choice, self.button):
            row.addWidget(widget)
        row.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.segments.valueChosen.connect(self.quantityChosen)
        self.choice.valueChosen.connect(self.quantityChosen)
        self.retranslate()
        self.show_state(Appearance(), with_data=False, with_classes=False)

    def retranslate(self) -> None:
        words = {
            "loss": (self.tr("Loss"), self.tr("The loss over the steps")),
            "lr": (self.tr("Learning rate"), self.tr("The learning rate over the steps")),
            "gradient": (self.tr("Gradient"), self.tr("The norm of the gradient over the steps")),
            "stability": (
                self.tr("Stability"),
                self.tr(
                    "The largest curvature along the path, and the limit above which steps of this "
                    "optimizer diverge"
                ),
            ),
            "accuracy": (
                self.tr("Accuracy"),
                self.tr("The share of examples whose class is predicted correctly"),
            ),
        }
        # A row of buttons has less room than a list.
        short = {"lr": (self.tr("Rate"), words["lr"][1])}
        self.segments.name_choices(self.tr("Chart"), {**words, **short})
        describe(self.choice, self.tr("Chart"), self.tr("What the chart shows"))
        self._words = words
        self._fill_choice()
        self.abscissas.name_choices(
            self.tr("Chart over"),
            {
                "steps": self.tr("Over the steps"),
                "log-steps": self.tr("Over the steps, logarithmically"),
                "evaluations": self.tr("Over the evaluations, in gradients"),
                "epochs": self.tr("Over the epochs"),
            },
        )
        self.whole.setText(self.tr("Show all of the chart"))
        describe(self.button, self.tr("Axes of the chart"))
        self._fit()

    def _fill_choice(self) -> None:
        shown = self.choice.currentData()
        choices = {
            key: text
            for key, (text, _) in self._words.items()
            if self.segments.buttons[key].isVisibleTo(self.segments)
        }
        self.choice.show_choices(choices, {key: self._words[key][1] for key in choices})
        self.choice.show_value(shown)

    def show_state(self, appearance: Appearance, *, with_data: bool, with_classes: bool) -> None:
        """Show what the chart shows; epochs are offered where there are data, accuracies where there are classes."""
        accuracy = self.segments.buttons["accuracy"]
        if accuracy.isVisibleTo(self.segments) is not with_classes:
            accuracy.setVisible(with_classes)
            self._end_with_stability(not with_classes)
            self._fill_choice()
            self._fit()
        quantity = appearance.chart if with_classes or appearance.chart != "accuracy" else "loss"
        abscissa = appearance.abscissa if with_data or appearance.abscissa != "epochs" else "steps"
        self.segments.show_value(quantity)
        self.choice.show_value(quantity)
        self.abscissas.show_choice(abscissa)
        self.abscissas.choice("epochs").setVisible(with_data)
        self.whole.setEnabled(appearance.with_whole_chart() != appearance)

    def _end_with_stability(self, on: bool) -> None:
        """Give the button before a hidden last one the round corners of the last."""
        button = self.segments.buttons["stability"]
        button.setProperty("segment", "last" if on else "middle")
        button.style().unpolish(button)
        button.style().polish(button)

    # Buttons where they have room

    def _around(self) -> int:
        return self.button.sizeHint().width() + GAP

    def sizeHint(self) -> QSize:
        hint = self.segments.sizeHint()
        return QSize(hint.width() + self._around(), max(hint.height(), self.button.sizeHint().height()))

    def minimumSizeHint(self) -> QSize:
        hint = self.choice.minimumSizeHint()
        return QSize(hint.width() + self._around(), self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room = self.width() >= self.sizeHint().width()
        self.segments.setVisible(room)
        self.choice.setVisible(not room)
        self.updateGeometry()
