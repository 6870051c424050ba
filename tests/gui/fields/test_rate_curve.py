"""The small curve of a schedule's rates, and the racer's card that holds it."""

from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from optexplorer.engine import gradient_sources, schedules
from optexplorer.engine.descent import trajectory
from optexplorer.engine.gradient_sources.exact import Exact
from optexplorer.engine.optimizers.gradient_descent import GradientDescent
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.gui.fields.rate_curve import HEIGHT, RateCurve
from optexplorer.gui.panels.racer_card import RacerCard

COLOUR = "#D55E00"


def rows_of_colour(curve: RateCurve) -> list[float]:
    """The mean row of the racer's colour in each column that has it."""
    image = curve.grab().toImage()
    found = []
    for x in range(image.width()):
        rows = [
            y
            for y in range(image.height())
            if (pixel := image.pixelColor(x, y)).red() > 170 and pixel.blue() < 90 and pixel.green() < 150
        ]
        if rows:
            found.append(sum(rows) / len(rows))
    return found


@pytest.fixture
def curve(qtbot: QtBot) -> RateCurve:
    curve = RateCurve()
    qtbot.addWidget(curve)
    curve.resize(220, HEIGHT)
    return curve


def test_the_curve_falls_as_the_rates_do(curve: RateCurve) -> None:
    curve.show_rates(np.linspace(0.2, 0.0, 101), COLOUR)
    rows = rows_of_colour(curve)
    assert len(rows) > 150
    assert rows[-1] - rows[0] > 30
    assert (np.diff(rows) >= -1).all()
    assert "0.2" in curve.toolTip()
    assert curve.accessibleDescription() == curve.toolTip()


@pytest.mark.parametrize("rates", [[], [0.1], [0.0, 0.0], [np.inf, 1.0], [0.1, 0.1]])
def test_rates_that_make_no_curve_do_no_harm(curve: RateCurve, rates: list[float]) -> None:
    curve.show_rates(np.array(rates), COLOUR)
    curve.grab()


def test_a_long_run_keeps_its_dips(curve: RateCurve) -> None:
    rates = np.full(100_001, 0.1)
    rates[50_000] = 0.0
    curve.show_rates(rates, COLOUR)
    image = curve.grab().toImage()
    lowest = image.height() - 24
    reddish = [x for x in range(image.width()) if image.pixelColor(x, lowest).red() > 170]
    assert any(image.pixelColor(x, lowest).blue() < 120 for x in reddish)


def card_of(qtbot: QtBot, racer: Racer, steps: int) -> RacerCard:
    card = RacerCard()
    qtbot.addWidget(card)
    card.show_racer(1, racer, steps, Exact(), gradient_sources.ids())
    card.unfold.click()
    card.show()
    return card


def test_the_card_draws_the_rates_of_its_schedule(qtbot: QtBot) -> None:
    racer = Racer(optimizer=GradientDescent(lr=0.5), schedule=schedules.get("cosine")(), colour=COLOUR)
    card = card_of(qtbot, racer, 40)
    assert card._more is not None
    rates = card._more.rates
    assert rates.isVisible()
    np.testing.assert_array_equal(rates._rates, racer.schedule.rates(0.5, 41))
    faster = racer.model_copy(update={"optimizer": GradientDescent(lr=1.0)})
    card.show_racer(1, faster, 60, Exact(), gradient_sources.ids())
    np.testing.assert_array_equal(rates._rates, racer.schedule.rates(1.0, 61))
    card.show_racer(
        1,
        racer.model_copy(update={"schedule": schedules.get("constant")()}),
        60,
        Exact(),
        gradient_sources.ids(),
    )
    assert not rates.isVisible()


def test_of_a_schedule_that_watches_the_loss_it_draws_what_came_of_it(qtbot: QtBot) -> None:
    schedule = schedules.get("plateau")(patience=1, factor=0.5)
    # Beyond the stable limit, so the loss never falls.
    racer = Racer(optimizer=GradientDescent(lr=1.01), schedule=schedule, colour=COLOUR)
    card = card_of(qtbot, racer, 20)
    experiment = Experiment(landscape="quadratic-1d", racers=(racer,), steps=20, stop_when_converged=False)
    path = trajectory(experiment.run_spec(racer), experiment.start, 20, end=experiment.end_rule())
    assert np.ptp(path.learning_rate) > 0
    card.show_trajectory(path)
    assert card._more is not None
    np.testing.assert_array_equal(card._more.rates._rates, path.learning_rate)
    # Another colour computes nothing anew, and the rates stay.
    card.show_racer(1, racer.model_copy(update={"colour": "#0072B2"}), 20, Exact(), gradient_sources.ids())
    np.testing.assert_array_equal(card._more.rates._rates, path.learning_rate)
