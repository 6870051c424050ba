"""How an experiment is drawn: which part of the chart is seen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from optexplorer.experiment.appearance import Appearance

ZOOMED = Appearance(chart_span=(2.0, 30.0), chart_values=(0.1, 0.5))


def test_another_quantity_is_seen_whole_over_the_same_part() -> None:
    assert ZOOMED.charting("loss") is ZOOMED
    other = ZOOMED.charting("lr")
    assert (other.chart, other.chart_values, other.chart_span) == ("lr", None, ZOOMED.chart_span)


def test_another_abscissa_is_seen_whole_at_the_same_heights() -> None:
    assert ZOOMED.charted_over("steps") is ZOOMED
    other = ZOOMED.charted_over("epochs")
    assert (other.abscissa, other.chart_span, other.chart_values) == ("epochs", None, ZOOMED.chart_values)


def test_all_of_the_chart_is_brought_back() -> None:
    assert ZOOMED.with_whole_chart() == Appearance()


@pytest.mark.parametrize("ends", [(1.0, 1.0), (2.0, 1.0), (1.0, 1.0 + 1e-12), (0.0, 0.0)])
@pytest.mark.parametrize("field", ["chart_span", "chart_values"])
def test_a_part_without_room_is_refused(field: str, ends: tuple[float, float]) -> None:
    with pytest.raises(ValidationError, match="it needs low < high with room between them"):
        Appearance.model_validate({field: ends})


@given(st.floats(-1e300, 1e300), st.floats(0, 1e300))
def test_every_part_with_room_is_taken(low: float, width: float) -> None:
    ends = (low, low + width)
    if ends[1] <= 1e300 and width > 2e-9 * max(abs(low), abs(ends[1])):
        assert Appearance(chart_span=ends).chart_span == ends
