"""All that there is to know about writing formulas, in a few lines; examples fill the field on a click."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from optexplorer.gui.fields.section_header import SectionHeader

_CONTEXT = "FormulaHelp"


def _tr(source: str) -> str:
    return QCoreApplication.translate(_CONTEXT, source)


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


class FormulaExamples(QWidget):
    """Offers formulas to begin with."""

    exampleChosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(SectionHeader(_tr("Examples")))
        self.examples: list[QToolButton] = []
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(0)
        for place, example in enumerate(EXAMPLES):
            button = QToolButton()
            button.setObjectName("quiet")
            button.setText(example)
            button.setToolTip(_tr("Put this formula into the field"))
            button.setAccessibleName(_tr("Example {0}").format(example))
            button.clicked.connect(lambda _=False, example=example: self.exampleChosen.emit(example))
            grid.addWidget(button, *divmod(place, 2))
            self.examples.append(button)
        grid.setColumnStretch(2, 1)
        layout.addLayout(grid)


class FormulaGrammar(QWidget):
    """Lists operators and functions."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(SectionHeader(_tr("What can be written")))
        table = QGridLayout()
        table.setHorizontalSpacing(12)
        table.setVerticalSpacing(2)
        for row, (words, code) in enumerate(
            (
                (_tr("Arithmetic"), "+  -  *  /  ^  ( )   pi  e"),
                (
                    _tr("Functions"),
                    "sqrt  cbrt  exp  log  log10  log2  abs  sign  sin  cos  tan  asin  acos  atan  atan2  sinh  cosh  "
                    "tanh  min  max  mod  floor  ceil  round  hypot  sigmoid  relu  softplus  erf",
                ),
                (_tr("Choice"), "where(x < 1, a, b)   piecewise(x < 0, a, x < 1, b, c)   and  or  not"),
                (_tr("Sum"), "sum(i*x, i, 1, 5)   prod(x - i, i, 1, 5)"),
                (
                    _tr("Also understood"),
                    "2x   x(x + 1)   x²   √x   |x|   sin x   np.exp(x)   \\frac{1}{2}   f(x, y) =",
                ),
                (_tr("Other names"), _tr("become parameters with sliders")),
            )
        ):
            heading, text = QLabel(words), QLabel(code)
            heading.setObjectName("hint")
            text.setWordWrap(True)
            table.addWidget(heading, row, 0, Qt.AlignmentFlag.AlignTop)
            table.addWidget(text, row, 1)
        table.setColumnStretch(1, 1)
        layout.addLayout(table)
