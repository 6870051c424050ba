"""The fields of hyperparameters, generated from their declaration."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from html import escape
from types import ModuleType
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from optexplorer.engine import optimizers, schedules
from optexplorer.engine.declaration import Declared, Hyperparameter, SettingsError, hyperparameters, make
from optexplorer.gui.desktop.retranslating import Retranslating
from optexplorer.gui.desktop.window_style import localized
from optexplorer.gui.fields.choices import ChoiceField, SwitchField
from optexplorer.gui.fields.labels import MarkupLabel, describe, plain_tip
from optexplorer.gui.fields.number_field import Bounds, NumberField, parse_number
from optexplorer.gui.fields.text_field import ProblemLabel, TextField

FIELD_WIDTH = 112
_ODD_NAMES = {"lambda": "lamda", "infty": "∞", "varphi": "phi", "varepsilon": "epsilon"}


def hyperparameter_field(parameter: Hyperparameter) -> QWidget:
    """Return the field of a hyperparameter: it has `show_value(value)` and the signal `valueChosen(object)`."""
    match parameter.kind:
        case "float" | "int":
            return NumberField(bounds=bounds_of(parameter))
        case "integers":
            return IntegersField()
        case "bool":
            return SwitchField()
        case "choice":
            field = ChoiceField()
            field.show_choices({choice: localized(parameter.named(choice)) for choice in parameter.choices})
            return field
        case "schedule":
            return ModelField(schedules)
        case "optimizer":
            return ModelField(optimizers)


def tip_of(parameter: Hyperparameter) -> str:
    """Return what the hyperparameter does, and its name in code with its bounds, in the window's language."""
    return f"{localized(parameter.help)}\n{parameter.bounds() or parameter.name}"


def bounds_of(parameter: Hyperparameter) -> Bounds:
    """Return the bounds of a number."""
    whole = parameter.kind == "int"
    return Bounds(parameter.low, parameter.high, parameter.low_open, parameter.high_open, whole)


def symbol_markup(symbol: str) -> str:
    r"""Return a LaTeX symbol as rich text: `\beta_1` as β with a subscript; empty for words such as `\mathrm{ams}`."""
    if "mathrm" in symbol:
        return ""
    base, _, index = symbol.partition("_")
    base, index = escape(_letter(base)), escape(_letter(index.strip("{}")))
    return f"<i>{base}</i><sub>{index}</sub>" if index else f"<i>{base}</i>"


def _letter(latex: str) -> str:
    found = re.fullmatch(r"\\([a-z]+)", latex)
    if not found:
        return latex
    name = _ODD_NAMES.get(found[1], found[1])
    try:
        return unicodedata.lookup(f"GREEK SMALL LETTER {name}")
    except KeyError:
        return name


class IntegersField(TextField):
    """Whole numbers with commas between them."""

    def words(self, value: tuple[int, ...]) -> str:
        return ", ".join(map(str, value))

    def read(self, text: str) -> tuple[int, ...]:
        numbers = []
        for part in re.split(r"[,、,\s]+", text):
            number = parse_number(part) if part else None
            if part and (number is None or number != int(number) or number < 0):
                raise ValueError(
                    self.tr("“{0}” is no step number. Right would be, for example, 50, 100.").format(part)
                )
            if number is not None:
                numbers.append(int(number))
        return tuple(sorted(numbers))


class DeclarationFields(Retranslating, QWidget):
    """The fields of a model that is declared through `hyperparameter`, one per row."""

    modelChosen = Signal(object, str)
    """The model with one value changed, and the name of that value."""
    ended = Signal()

    def __init__(
        self, kind: type[Declared], without: tuple[str, ...] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._model: Declared | None = None
        self._labels: list[tuple[Hyperparameter, MarkupLabel]] = []
        self.fields: dict[str, Any] = {}
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setHorizontalSpacing(8)
        layout.setVerticalSpacing(4)
        layout.setColumnStretch(0, 1)
        for parameter in hyperparameters(kind):
            if parameter.name not in without:
                self._add(layout, parameter)
        self._refusal = ProblemLabel()
        layout.addWidget(self._refusal, layout.rowCount(), 0, 1, 2)
        self.retranslate()

    def retranslate(self) -> None:
        for parameter, label in self._labels:
            words, tip = localized(parameter.label), tip_of(parameter)
            symbol = symbol_markup(parameter.symbol)
            plain = re.sub(r"<[^>]*>", "", symbol)
            # "Huber's δ" says it already.
            said = bool(plain) and not plain.isascii() and plain in words
            label.setText(escape(words) if said else f"{escape(words)} {symbol}".rstrip())
            label.setToolTip(plain_tip(tip))
            field = self.fields[parameter.name]
            describe(field, words, tip)
            if parameter.kind == "choice":
                shown = field.currentData()
                field.show_choices(
                    {choice: localized(parameter.named(choice)) for choice in parameter.choices}
                )
                field.show_value(shown)

    def _add(self, layout: QGridLayout, parameter: Hyperparameter) -> None:
        field: Any = self._make_field(parameter)
        label = MarkupLabel(wrap=True)
        self._labels.append((parameter, label))
        self.fields[parameter.name] = field
        self._place(layout, layout.rowCount(), parameter, label)
        if isinstance(field, TextField | ModelField):
            field.ended.connect(self.ended)
        field.valueChosen.connect(lambda value: self._choose(parameter.name, value))

    def _make_field(self, parameter: Hyperparameter) -> QWidget:
        return hyperparameter_field(parameter)

    def _place(self, layout: QGridLayout, row: int, parameter: Hyperparameter, label: MarkupLabel) -> None:
        """Put label and field of a setting in a row, and beneath what is wrong with the text in it."""
        field = self.fields[parameter.name]
        layout.addWidget(label, row, 0)
        if isinstance(field, ModelField):
            layout.addWidget(field, row + 1, 0, 1, 2)
        elif isinstance(field, SwitchField):
            layout.addWidget(field, row, 1, Qt.AlignmentFlag.AlignLeft)
        else:
            field.setFixedWidth(FIELD_WIDTH)
            layout.addWidget(field, row, 1)
        if isinstance(field, TextField):
            layout.addWidget(ProblemLabel(field), row + 1, 0, 1, 2)

    def show_model(self, model: Declared) -> None:
        """Show the values of `model`, which is of the class that was given."""
        if model != self._model:
            self._model = model
            self._refusal.show_problem("")
            for name, field in self.fields.items():
                field.show_value(getattr(model, name))

    def _choose(self, name: str, value: Any) -> None:
        if self._model is None:
            return
        try:
            model = make(type(self._model), {**_settings(self._model), name: value})
        except SettingsError as error:
            self._refusal.show_problem(str(error))
            return
        self._refusal.show_problem("")
        self._model = model
        self.modelChosen.emit(model, name)


class ModelField(Retranslating, QWidget):
    """One of a catalogue's models, chosen by name, and the fields of its hyperparameters."""

    valueChosen = Signal(object)
    modelChosen = Signal(object, str)
    """As `valueChosen`, with the name of the hyperparameter that was changed; empty for another model."""
    ended = Signal()

    def __init__(self, catalogue: ModuleType, parent: QWidget | None = None) -> None:
        """Offer the models of `catalogue`, a module with `ids()` and `get(id)`."""
        super().__init__(parent)
        self._catalogue = catalogue
        self._model: Any = None
        self._offered: Sequence[str] | None = None
        self.kind = ChoiceField()
        self.retranslate()
        self.kind.valueChosen.connect(self._choose_kind)
        self.details: DeclarationFields | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.kind)

    def setAccessibleName(self, name: str) -> None:
        self.kind.setAccessibleName(name)

    def setToolTip(self, tip: str) -> None:
        self.kind.setToolTip(tip)

    def retranslate(self) -> None:
        offered = self._catalogue.ids() if self._offered is None else self._offered
        kinds = {id: self._catalogue.get(id) for id in offered}
        self.kind.show_choices(
            {id: localized(kind.title) for id, kind in kinds.items()},
            {id: localized(kind.idea) for id, kind in kinds.items()},
        )
        if self._model is not None:
            self.kind.show_value(self._model.id)

    def offer(self, ids: Sequence[str]) -> None:
        """Offer these models of the catalogue only."""
        if ids != self._offered:
            self._offered = ids
            self.retranslate()

    def show_value(self, model: Any) -> None:
        """Show `model` and its settings."""
        if self._model is None or type(model) is not type(self._model):
            self._rebuild(type(model))
        self._model = model
        self.kind.show_value(model.id)
        if self.details is not None:
            self.details.show_model(model)

    def _rebuild(self, kind: type[Declared]) -> None:
        layout = self.layout()
        assert layout is not None
        if self.details is not None:
            layout.removeWidget(self.details)
            self.details.hide()
            self.details.deleteLater()
            self.details = None
        if hyperparameters(kind):
            self.details = DeclarationFields(kind)
            self.details.modelChosen.connect(self._choose)
            self.details.ended.connect(self.ended)
            layout.addWidget(self.details)

    def _choose_kind(self, id: str) -> None:
        kind = self._catalogue.get(id)
        self._choose(kind() if self._model is None else converted(self._model, kind), "")

    def _choose(self, model: Any, name: str) -> None:
        self.modelChosen.emit(model, name)
        self.valueChosen.emit(model)


def converted(model: Any, kind: Any) -> Any:
    """Return a model of class `kind` that keeps what was set in `model` and both have.

    The learning rate is always kept; others only if they are not at their default, because each model's
    defaults belong to it.
    """
    settings = _settings(model)
    shared = {parameter.name: parameter.kind for parameter in hyperparameters(kind)}
    kept: dict[str, Any] = {}
    for parameter in hyperparameters(type(model)):
        name, value = parameter.name, settings[parameter.name]
        changed = value != parameter.default or name == "lr"
        if changed and shared.get(name) == parameter.kind:
            try:
                make(kind, {**kept, name: value})
            except SettingsError:
                # The other model's bounds are narrower: its default stands.
                continue
            kept[name] = value
    return make(kind, kept)


def _settings(model: Declared) -> dict[str, Any]:
    return {name: getattr(model, name) for name in type(model).model_fields}
