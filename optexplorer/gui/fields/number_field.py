"""A field for one number: typed, or stepped with arrow keys and mouse wheel."""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QIcon, QKeyEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QToolButton, QWidget

from optexplorer.gui.desktop.icons import icon
from optexplorer.gui.desktop.retranslating import Retranslating
from optexplorer.gui.fields.labels import describe
from optexplorer.gui.fields.text_field import TextField

MOST_SHOWN = 9
"""Characters; a number with more is shown with six significant digits."""
_UNFINISHED = re.compile(r"[+-]?\d*\.?\d*(e[+-]?\d*)?", re.IGNORECASE)


@dataclass(frozen=True)
class Bounds:
    """Between which numbers a value lies; an open bound is not itself allowed."""

    low: float | None = None
    high: float | None = None
    low_open: bool = False
    high_open: bool = False
    whole: bool = False

    def too_low(self, value: float) -> bool:
        """Whether `value` lies below."""
        return self.low is not None and (value <= self.low if self.low_open else value < self.low)

    def too_high(self, value: float) -> bool:
        """Whether `value` lies above."""
        return self.high is not None and (value >= self.high if self.high_open else value > self.high)

    def within(self, low: float, high: float) -> tuple[float, float]:
        """Return the part of the range from `low` to `high` that is allowed."""
        if self.low is not None:
            low = max(low, self.low)
        if self.high is not None:
            high = min(high, self.high)
        return low, max(low, high)

    def __contains__(self, value: float) -> bool:
        return not self.too_low(value) and not self.too_high(value)


def number_text(value: float) -> str:
    """Return `value` in few characters, such as `0.05`, `200` or `1e-8`; whole numbers in full."""
    if isinstance(value, int):
        return str(value)
    text = _compact(repr(float(value)))
    return text if len(text) <= MOST_SHOWN else _compact(f"{value:.6g}")


def _compact(text: str) -> str:
    mantissa, e, exponent = text.partition("e")
    mantissa = mantissa.removesuffix(".0")
    mantissa = "0" if mantissa == "-0" else mantissa
    return f"{mantissa}e{int(exponent)}" if e else mantissa


def parse_number(text: str) -> float | None:
    """Return the number in `text`, full-width digits and true minus signs allowed; None if there is none."""
    try:
        # Python's own underscores between digits are not for people.
        return float(_plain(text).replace("_", "?"))
    except ValueError:
        return None


def _plain(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text)
    for minus in "−‐–":
        plain = plain.replace(minus, "-")
    return "".join(plain.split())


class NumberField(TextField):
    """Shows a number within bounds and lets the user type or nudge it.

    Up and Down, or the wheel while it has the focus, change the second digit; Page Up and Page Down the first.
    """

    def __init__(
        self, name: str = "", tip: str = "", bounds: Bounds | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(name, tip, parent)
        self._bounds = bounds or Bounds()
        self.setAlignment(Qt.AlignmentFlag.AlignRight)

    def set_bounds(self, bounds: Bounds) -> None:
        """Allow other numbers from now on."""
        self._bounds = bounds

    def words(self, value: float) -> str:
        return number_text(value)

    def unfinished(self, text: str) -> bool:
        return _UNFINISHED.fullmatch(_plain(text)) is not None

    def read(self, text: str) -> float | int:
        plain, bounds = _plain(text), self._bounds
        if bounds.whole and re.fullmatch(r"[+-]?\d+", plain):
            # Not by way of float: it keeps only 53 bits of a seed.
            value: float = int(plain)
        else:
            found = parse_number(text)
            if found is None or not math.isfinite(found):
                raise ValueError(self._no_number(text))
            value = found
            if bounds.whole:
                if found != int(found):
                    raise ValueError(
                        self.tr("{0} is not a whole number. Right would be {1}.").format(plain, round(found))
                    )
                value = int(found)
        if bounds.too_low(value):
            rule = self.tr("must be greater than {0}") if bounds.low_open else self.tr("must be at least {0}")
            raise ValueError(self.tr("{0} is too small: {1}.").format(plain, rule.format(_bound(bounds.low))))
        if bounds.too_high(value):
            rule = self.tr("must be less than {0}") if bounds.high_open else self.tr("must be at most {0}")
            raise ValueError(
                self.tr("{0} is too large: {1}.").format(plain, rule.format(_bound(bounds.high)))
            )
        return value

    def _no_number(self, text: str) -> str:
        if self._bounds.whole:
            example = self.tr("Right would be, for example, {0}.").format(self.words(self._value or 100))
        else:
            example = self.tr("Right would be, for example, 0.05 or 5e-2.")
        if not text.strip():
            return self.tr("A number is missing.") + " " + example
        return self.tr("“{0}” is not a number.").format(text.strip()) + " " + example

    def nudge(self, steps: int) -> None:
        """Move the number by `steps` in its second digit; towards an open bound in ever smaller steps."""
        found = parse_number(self.text()) if self.isModified() else self._value
        if found is None or not math.isfinite(found):
            return
        value = found + steps if self._bounds.whole else self._moved(found, steps)
        if self._bounds.whole:
            value = int(value)
        if value in self._bounds:
            self.choose(value)

    def _moved(self, value: float, steps: int) -> float:
        size = abs(value)
        if self._bounds.high_open and self._bounds.high is not None:
            size = min(size, abs(self._bounds.high - value))
        decade = math.floor(math.log10(size) + 1e-9) if size else 0
        if size and steps * value < 0 and abs(value) <= 10.0**decade * (1 + 1e-9):
            # Down from 0.1 to 0.09 and not to zero.
            decade -= 1
        step = 10.0 ** (decade - (1 if size else 2))
        return float(f"{value + steps * step:.12g}")

    def event(self, event: QEvent) -> bool:
        # No number has spaces, so that Space still plays and pauses.
        asks = event.type() == QEvent.Type.ShortcutOverride
        if asks and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Space:
            event.ignore()
            return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1, Qt.Key.Key_PageUp: 10, Qt.Key.Key_PageDown: -10}
        if event.key() in steps:
            self.nudge(steps[Qt.Key(event.key())])
        elif event.key() == Qt.Key.Key_Space:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not self.hasFocus() or not event.angleDelta().y():
            event.ignore()
            return
        self.nudge(1 if event.angleDelta().y() > 0 else -1)
        event.accept()


def _bound(bound: float | None) -> str:
    return "" if bound is None else number_text(float(bound))


class SpinField(Retranslating, NumberField):
    """A whole number with two small buttons; the keys Up and Down do the same."""

    WIDTH = 16

    def __init__(self, bounds: Bounds, parent: QWidget | None = None) -> None:
        super().__init__(bounds=bounds, parent=parent)
        self.setTextMargins(0, 0, self.WIDTH, 0)
        self._buttons = [
            self._button(icon("mdi6.chevron-up"), 1),
            self._button(icon("mdi6.chevron-down"), -1),
        ]
        self.retranslate()

    def retranslate(self) -> None:
        for button, name in zip(self._buttons, (self.tr("More"), self.tr("Less")), strict=True):
            describe(button, name)

    def _button(self, picture: QIcon, steps: int) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName("stepper")
        button.setIcon(picture)
        button.setIconSize(QSize(12, 12))
        button.setAutoRepeat(True)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setCursor(Qt.CursorShape.ArrowCursor)
        button.clicked.connect(lambda: self._step(button, steps))
        return button

    def _step(self, button: QToolButton, steps: int) -> None:
        self.nudge(steps)
        # While it is held, it repeats, as one edit.
        if not button.isDown():
            self.ended.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        half = self.height() // 2
        for row, button in enumerate(self._buttons):
            button.setGeometry(self.width() - self.WIDTH - 3, 2 + row * (half - 2), self.WIDTH, half - 2)
