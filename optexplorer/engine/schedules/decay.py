"""Schedules that lower the rate as steps go by (`Linear` can also raise it)."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import field_validator

from optexplorer.engine.declaration import hyperparameter
from optexplorer.engine.schedules.base import Array, Schedule, decay_factor, first_factor, step_count
from optexplorer.text import Text

_MILESTONES = "milestones are at most 100 step numbers, from 0 to 1000000000"


class Step(Schedule):
    """The rate is multiplied by gamma every `step_size` steps (PyTorch's `StepLR`)."""

    id: ClassVar[str] = "step"
    title: ClassVar[Text] = Text("Steps", "階段状減衰")
    idea: ClassVar[Text] = Text(
        "A staircase: the rate drops at regular intervals.", "一定のステップごとに、階段状に学習率を下げる。"
    )
    formula: ClassVar[str] = r"\eta_t = \eta\,\gamma^{\lfloor t/s \rfloor}"
    torch_class: ClassVar[str | None] = "StepLR"

    step_size: int = step_count(
        30,
        "s",
        Text("Steps per stair", "1段のステップ数"),
        Text("How long each rate holds.", "同じ学習率を保つステップ数。"),
    )
    gamma: float = decay_factor(
        0.1, Text("What the rate is multiplied by at each stair.", "1段ごとに学習率に掛ける係数。")
    )

    def rates(self, lr: float, steps: int) -> Array:
        return lr * np.power(self.gamma, np.arange(steps) // self.step_size)


class MultiStep(Schedule):
    """The rate is multiplied by gamma at each milestone (PyTorch's `MultiStepLR`)."""

    id: ClassVar[str] = "multi-step"
    title: ClassVar[Text] = Text("Milestones", "マイルストーン減衰")
    idea: ClassVar[Text] = Text("The rate drops at chosen steps.", "指定したステップで学習率を下げる。")
    formula: ClassVar[str] = r"\eta_t = \eta\,\gamma^{\#\{m \le t\}}"
    torch_class: ClassVar[str | None] = "MultiStepLR"

    milestones: tuple[int, ...] = hyperparameter(
        (50, 100, 150),
        "m",
        Text("Milestones", "マイルストーン"),
        Text("The steps at which the rate drops.", "学習率を下げるステップ。"),
    )
    gamma: float = decay_factor(
        0.1,
        Text("What the rate is multiplied by at each milestone.", "マイルストーンごとに学習率に掛ける係数。"),
    )

    @field_validator("milestones", mode="before")
    @classmethod
    def _split(cls, given: object) -> object:
        if not isinstance(given, str):
            return given
        parts = [part.strip() for part in given.split(",")]
        if not all(part.isdecimal() and len(part) < 12 for part in parts):
            raise ValueError(_MILESTONES)
        return tuple(parts)

    @field_validator("milestones")
    @classmethod
    def _ordered(cls, milestones: tuple[int, ...]) -> tuple[int, ...]:
        if len(milestones) > 100 or any(not 0 <= milestone <= 10**9 for milestone in milestones):
            raise ValueError(_MILESTONES)
        return tuple(sorted(milestones))

    def rates(self, lr: float, steps: int) -> Array:
        passed = np.searchsorted(np.array(self.milestones, dtype=np.int64), np.arange(steps), side="right")
        return lr * np.power(self.gamma, passed)


class Exponential(Schedule):
    """The rate is multiplied by gamma at every step (PyTorch's `ExponentialLR`)."""

    id: ClassVar[str] = "exponential"
    title: ClassVar[Text] = Text("Exponential", "指数減衰")
    idea: ClassVar[Text] = Text(
        "The rate shrinks by the same share at every step.", "毎ステップ、同じ割合で学習率を小さくする。"
    )
    formula: ClassVar[str] = r"\eta_t = \eta\,\gamma^t"
    torch_class: ClassVar[str | None] = "ExponentialLR"

    gamma: float = decay_factor(
        0.98, Text("What the rate is multiplied by at each step.", "毎ステップ学習率に掛ける係数。"), le=2.0
    )

    def rates(self, lr: float, steps: int) -> Array:
        with np.errstate(over="ignore", under="ignore"):
            return lr * np.power(self.gamma, np.arange(steps))


class Linear(Schedule):
    """The rate goes in a straight line from one factor to another (PyTorch's `LinearLR`)."""

    id: ClassVar[str] = "linear"
    title: ClassVar[Text] = Text("Linear", "線形")
    idea: ClassVar[Text] = Text(
        "A straight line from a share of the rate to the whole: linear warm-up; or down, as decay.",
        "学習率の一部から全体へ直線的に上げる線形ウォームアップ。下げれば線形減衰になる。",
    )
    formula: ClassVar[str] = r"\eta_t = \eta\left(\phi_0 + (\phi_1-\phi_0)\min(t/T, 1)\right)"
    torch_class: ClassVar[str | None] = "LinearLR"

    start_factor: float = first_factor()
    end_factor: float = hyperparameter(
        1.0,
        r"\phi_1",
        Text("End factor", "終了係数"),
        Text("Multiplies the rate once the line has ended.", "直線の終わり以降の学習率に掛ける係数。"),
        ge=0,
        le=1,
    )
    total_iters: int = step_count(
        5,
        "T",
        Text("Length", "長さ"),
        Text("How many steps the line takes.", "直線的に変化させるステップ数。"),
    )

    def rates(self, lr: float, steps: int) -> Array:
        done = np.minimum(np.arange(steps) / self.total_iters, 1.0)
        return lr * (self.start_factor + (self.end_factor - self.start_factor) * done)


class Polynomial(Schedule):
    """The rate falls to zero like a power of the steps that are left (PyTorch's `PolynomialLR`)."""

    id: ClassVar[str] = "polynomial"
    title: ClassVar[Text] = Text("Polynomial", "多項式減衰")
    idea: ClassVar[Text] = Text(
        "Down to zero in a given number of steps: a line, or a curve that lands softly.",
        "決めたステップ数で0まで下げる。べき指数1なら直線、大きくすると緩やかに着地する。",
    )
    formula: ClassVar[str] = r"\eta_t = \eta\left(1-\min(t/T, 1)\right)^p"
    torch_class: ClassVar[str | None] = "PolynomialLR"

    total_iters: int = step_count(
        5,
        "T",
        Text("Length", "長さ"),
        Text("After how many steps the rate is zero.", "学習率が0になるまでのステップ数。"),
    )
    power: float = hyperparameter(
        1.0,
        "p",
        Text("Power", "べき指数"),
        Text(
            "1 is a straight line; more drops early and lands softly.",
            "1で直線。大きいほど早く下がり、緩やかに着地する。",
        ),
        gt=0,
        le=20,
    )

    def rates(self, lr: float, steps: int) -> Array:
        left = 1 - np.minimum(np.arange(steps) / self.total_iters, 1.0)
        rates: Array = lr * np.power(left, self.power)
        return rates


class InverseSqrt(Schedule):
    """The rate falls with the square root of the steps (Vaswani et al. 2017, after its warm-up).

    With `timescale` 1 it is the textbook's 1/√t, for which averages of stochastic gradient steps converge.
    """

    id: ClassVar[str] = "inverse-sqrt"
    title: ClassVar[Text] = Text("Inverse square root", "逆平方根減衰")
    idea: ClassVar[Text] = Text(
        "Fast at first, then ever more slowly, but never to zero.",
        "はじめは速く、次第にゆっくりと下がり、0にはならない。",
    )
    formula: ClassVar[str] = r"\eta_t = \frac{\eta}{\sqrt{1 + t/\tau}}"

    timescale: int = step_count(
        1,
        r"\tau",
        Text("Time scale", "時間尺度"),
        Text(
            "After three times as many steps the rate is halved.", "この3倍のステップで学習率が半分になる。"
        ),
    )

    def rates(self, lr: float, steps: int) -> Array:
        rates: Array = lr / np.sqrt(1 + np.arange(steps) / self.timescale)
        return rates
