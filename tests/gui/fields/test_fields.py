"""The fields: what they read, which errors they show, and that they keep what the user typed."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from optexplorer.engine import optimizers, schedules
from optexplorer.engine.declaration import hyperparameters
from optexplorer.gui.fields.choices import ChoiceField
from optexplorer.gui.fields.hyperparameter_field import DeclarationFields, ModelField, converted
from optexplorer.gui.fields.number_field import Bounds, NumberField, SpinField, number_text, parse_number
from optexplorer.gui.fields.range_slider import RangeSlider
from optexplorer.gui.fields.rate_field import RateField
from optexplorer.gui.fields.slider import LogSlider
from optexplorer.gui.fields.text_field import TextField


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_what_a_number_is_shown_as_can_be_read_again(value: float) -> None:
    again = parse_number(number_text(value))
    assert again is not None
    assert math.isclose(again, value, rel_tol=1e-5, abs_tol=0)


@pytest.mark.parametrize(
    ("text", "value"), [("0.05", 0.05), ("５e-2", 0.05), ("−1.5", -1.5), (" 1 000 ", 1000.0), ("1_0", None)]
)
def test_numbers_are_read_as_people_type_them(text: str, value: float | None) -> None:
    assert parse_number(text) == value


@pytest.fixture
def number(qtbot: QtBot) -> NumberField:
    field = NumberField("rate", "tip", Bounds(0, 10, low_open=True))
    qtbot.addWidget(field)
    field.show_value(0.1)
    return field


def typed(field: TextField, text: str) -> list[object]:
    """Type `text` and Enter; return what the field asked for."""
    chosen: list[object] = []
    field.valueChosen.connect(chosen.append)
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)
    field.valueChosen.disconnect(chosen.append)
    return chosen


def test_a_number_is_taken_over_with_enter(number: NumberField) -> None:
    assert typed(number, "2.5e-3") == [0.0025]
    assert number.problem == ""


@pytest.mark.parametrize(
    ("text", "validation_message"),
    [("abc", "“abc” is not a number"), ("0", "greater than 0"), ("11", "at most 10")],
)
def test_a_wrong_number_stays_with_an_error(number: NumberField, text: str, validation_message: str) -> None:
    assert typed(number, text) == []
    assert number.text() == text
    assert validation_message in number.problem
    QTest.keyClick(number, Qt.Key.Key_Escape)
    assert number.text() == "0.1"
    assert number.problem == ""


def test_a_number_that_is_still_being_typed_shows_no_error(number: NumberField) -> None:
    number.selectAll()
    QTest.keyClicks(number, "1e-")
    assert number.problem == ""


def test_a_text_being_typed_survives_being_shown_the_same_value(number: NumberField) -> None:
    number.selectAll()
    QTest.keyClicks(number, "0.")
    number.show_value(0.1)
    assert number.text() == "0."


@pytest.mark.parametrize(
    ("start", "key", "after"), [(0.1, "Up", 0.11), (0.1, "Down", 0.099), (2.0, "PageUp", 3.0)]
)
def test_arrow_keys_nudge(number: NumberField, start: float, key: str, after: float) -> None:
    number.show_value(start)
    chosen: list[float] = []
    number.valueChosen.connect(chosen.append)
    QTest.keyClick(number, getattr(Qt.Key, f"Key_{key}"))
    assert chosen == [pytest.approx(after)]


def test_slider_and_number_of_a_rate_move_together(qtbot: QtBot) -> None:
    rate = RateField()
    rate.describe("rate", "tip", Bounds(0, 1e6, low_open=True))
    qtbot.addWidget(rate)
    rate.resize(260, 40)
    rate.show_value(0.1)
    asked: list[float] = []
    rate.valueChosen.connect(asked.append)
    QTest.keyClick(rate.slider, Qt.Key.Key_Right)
    assert len(asked) == 1
    assert 0.1 < asked[0] < 0.13
    rate.show_value(asked[0])
    assert parse_number(rate.field.text()) == asked[0]
    rate.show_value(500.0)
    assert rate.slider.value() == rate.slider.maximum()
    assert rate.field.text() == "500"


def test_headings_of_groups_cannot_be_chosen(qtbot: QtBot) -> None:
    field = ChoiceField("optimizer", "tip")
    qtbot.addWidget(field)
    field.show_groups([("First", {"a": "A"}), ("Empty", {}), ("Second", {"b": "B", "c": "C"})])
    assert [field.itemText(i) for i in range(field.count())] == ["First", "A", "Second", "B", "C"]
    field.show_value("a")
    chosen: list[str] = []
    field.valueChosen.connect(chosen.append)
    QTest.keyClick(field, Qt.Key.Key_Down)
    assert chosen == ["b"]


@pytest.mark.parametrize("id", optimizers.ids())
def test_fields_come_from_the_declaration(qtbot: QtBot, id: str) -> None:
    kind = optimizers.get(id)
    fields = DeclarationFields(kind, without=("lr",))
    qtbot.addWidget(fields)
    fields.show_model(kind.model_validate({}))
    assert list(fields.fields) == [p.name for p in hyperparameters(kind) if p.name != "lr"]
    for field in fields.fields.values():
        widget = field.kind if isinstance(field, ModelField) else field
        assert widget.accessibleName()


def test_a_setting_that_the_model_refuses_as_a_whole_is_said_and_not_taken(qtbot: QtBot) -> None:
    kind = schedules.get("cyclic")
    fields = DeclarationFields(kind)
    qtbot.addWidget(fields)
    model = kind.model_validate({})
    fields.show_model(model)
    chosen: list[object] = []
    fields.modelChosen.connect(lambda new, name: chosen.append((new, name)))
    name = next(p.name for p in hyperparameters(kind) if p.kind == "float")
    assert typed(fields.fields[name], "-5") == []
    assert chosen == []
    assert fields.fields[name].problem


def test_another_optimizer_keeps_the_rate_and_what_was_set() -> None:
    momentum = optimizers.get("momentum").model_validate({"lr": 0.3, "momentum": 0.5})
    nesterov = converted(momentum, optimizers.get("nesterov"))
    assert (nesterov.lr, nesterov.momentum) == (0.3, 0.5)
    assert converted(momentum, optimizers.get("adam")).lr == 0.3


@pytest.mark.parametrize("kind", [LogSlider, RangeSlider])
def test_a_handle_that_is_held_shows_the_value_once_it_is_let_go(
    qtbot: QtBot, kind: type[LogSlider | RangeSlider]
) -> None:
    slider = kind(1e-5, 10.0)
    qtbot.addWidget(slider)
    slider.show_value(0.1)
    place = slider.value()
    slider.setSliderDown(True)
    slider.setSliderPosition(place + 100)
    # As undo does while the button is down.
    slider.show_value(0.1)
    assert slider.value() == place + 100
    slider.setSliderDown(False)
    assert slider.value() == place


def test_each_click_on_a_small_button_is_an_edit_of_its_own(qtbot: QtBot) -> None:
    field = SpinField(Bounds(1, 100, whole=True))
    qtbot.addWidget(field)
    field.show_value(10)
    happened: list[object] = []
    field.valueChosen.connect(happened.append)
    field.ended.connect(lambda: happened.append("ended"))
    more = field.findChildren(QToolButton)[0]
    more.click()
    more.click()
    assert [what for what in happened if what != "ended"] == [11, 12]
    assert "ended" in happened[happened.index(11) : happened.index(12)]
