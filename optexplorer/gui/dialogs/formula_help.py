"""A short reference of the formula syntax, with examples that fill the field on a click."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QToolButton, QVBoxLayout, QWidget

from optexplorer.gui.desktop.retranslating import Retranslating
from optexplorer.gui.fields.labels import PlainLabel, describe
from optexplorer.gui.fields.section_header import SectionHeader

EXAMPLES = (
    "x^2 + k*y^2",
    "(a - x)^2 + b*(y - x^2)^2",
    "x^4 - 3*x^2 + c*x",
    "sin(3*x)*cos(3*y) + 0.1*(x^2 + y^2)",
    "sum((w*i + b - 2*i - 1)^2, i, 1, 5)",
    "where(x < 0, x^2, abs(x) + y^2)",
    "min(x^2 + y^2, (x - 3)^2 + y^2 + 0.5)",
)
"""What each shows: a parameter, two, a curve, waves, an error summed over data, a choice, two valleys."""


class FormulaExamples(Retranslating, QWidget):
    """Offers formulas to begin with."""

    exampleChosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        self._header = SectionHeader()
        layout.addWidget(self._header)
        self.examples: list[QToolButton] = []
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(0)
        for place, example in enumerate(EXAMPLES):
            button = QToolButton()
            button.setObjectName("quiet")
            button.setText(example)
            button.clicked.connect(lambda _=False, example=example: self.exampleChosen.emit(example))
            grid.addWidget(button, *divmod(place, 2))
            self.examples.append(button)
        grid.setColumnStretch(2, 1)
        layout.addLayout(grid)
        self.retranslate()

    def retranslate(self) -> None:
        self._header.title.setText(self.tr("Examples"))
        for example, button in zip(EXAMPLES, self.examples, strict=True):
            describe(
                button, self.tr("Example {0}").format(example), self.tr("Put this formula into the field")
            )


class FormulaGrammar(Retranslating, QWidget):
    """Lists operators and functions."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        self._header = SectionHeader()
        layout.addWidget(self._header)
        table = QGridLayout()
        table.setHorizontalSpacing(12)
        table.setVerticalSpacing(2)
        self._rows = [(PlainLabel(name="hint"), PlainLabel(wrap=True)) for _ in range(6)]
        for row, (heading, text) in enumerate(self._rows):
            table.addWidget(heading, row, 0, Qt.AlignmentFlag.AlignTop)
            table.addWidget(text, row, 1)
        table.setColumnStretch(1, 1)
        layout.addLayout(table)
        self.retranslate()

    def retranslate(self) -> None:
        self._header.title.setText(self.tr("What can be written"))
        words = (
            (self.tr("Arithmetic"), "+  -  *  /  ^  ( )   pi  e"),
            (
                self.tr("Functions"),
                "sqrt  cbrt  exp  log  log10  log2  abs  sign  sin  cos  tan  asin  acos  atan  atan2  sinh  cosh  "
                "tanh  asinh  acosh  atanh  log1p  expm1  min  max  mod  floor  ceil  round  hypot  sigmoid  relu  softplus  erf  erfc",
            ),
            (self.tr("Choice"), "where(x < 1, a, b)   piecewise(x < 0, a, x < 1, b, c)   and  or  not"),
            (self.tr("Sum"), "sum(i*x, i, 1, 5)   prod(x - i, i, 1, 5)"),
            (
                self.tr("Also understood"),
                "2x   x(x + 1)   x²   √x   |x|   sin x   np.exp(x)   \\frac{1}\u2060{2}   f(x,\u00a0y)\u00a0=",
            ),
            (self.tr("Other names"), self.tr("become parameters with sliders")),
        )
        for (heading, text), (title, code) in zip(self._rows, words, strict=True):
            heading.setText(title)
            text.setText(code)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # The dialog around it, which can be scrolled, asks for its least height only, whatever its width.
        self.setMinimumHeight(self.heightForWidth(self.width()))
