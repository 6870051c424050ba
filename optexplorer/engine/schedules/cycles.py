"""Schedules that rise and fall: cosine, with restarts, one cycle, many cycles."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np

from optexplorer.engine.declaration import hyperparameter
from optexplorer.engine.schedules.base import Array, Schedule, decay_factor, lowest_rate, step_count
from optexplorer.text import Text

_HIGHEST = Text("Highest rate", "最大の学習率")
_HIGHEST_HELP = Text(
    "The rate at the top; 0 stands for the racer's own rate.",
    "頂点での学習率。0なら、設定した学習率をそのまま使う。",
)
_RUN = Text("0 stands for the length of the run.", "0なら実行の全ステップにわたる。")


class Cosine(Schedule):
    """Half a cosine wave down, and up again if the run goes on (PyTorch's `CosineAnnealingLR`)."""

    id: ClassVar[str] = "cosine"
    title: ClassVar[Text] = Text("Cosine", "コサイン減衰")
    idea: ClassVar[Text] = Text(
        "Slowly off the start, slowly into the end: half a cosine wave.",
        "コサイン波の半周期に沿って、はじめと終わりは緩やかに、途中は速く下げる。",
    )
    formula: ClassVar[str] = (
        r"\eta_t = \eta_{\min} + \tfrac12(\eta-\eta_{\min})\left(1+\cos\frac{\pi t}{T_{\max}}\right)"
    )
    torch_class: ClassVar[str | None] = "CosineAnnealingLR"

    T_max: int = step_count(
        0,
        r"T_{\max}",
        Text("Length", "長さ"),
        Text(f"Steps from top to bottom. {_RUN.en}", f"頂点から底までのステップ数。{_RUN.ja}"),
        ge=0,
    )
    eta_min: float = lowest_rate()

    def rates(self, lr: float, steps: int) -> Array:
        length = self.T_max or max(steps - 1, 1)
        return _cosine(lr, self.eta_min, np.arange(steps) / length)


class CosineRestarts(Schedule):
    """Cosine waves down, each beginning at the top (PyTorch's `CosineAnnealingWarmRestarts`).

    Loshchilov & Hutter (2017), SGDR.
    """

    id: ClassVar[str] = "cosine-restarts"
    title: ClassVar[Text] = Text("Cosine with restarts", "コサイン減衰(再スタート付き)")
    idea: ClassVar[Text] = Text(
        "Falls like a cosine, then jumps back to the top; each jump may throw it out of a valley.",
        "コサイン減衰のあと一気に元の値へ戻すことを繰り返す。戻った勢いで谷から飛び出すこともある。",
    )
    formula: ClassVar[str] = (
        r"\eta_t = \eta_{\min} + \tfrac12(\eta-\eta_{\min})\left(1+\cos\frac{\pi T_{\mathrm{cur}}}{T_i}\right)"
    )
    torch_class: ClassVar[str | None] = "CosineAnnealingWarmRestarts"

    T_0: int = step_count(
        50,
        "T_0",
        Text("First wave", "最初の周期"),
        Text("Steps until the first restart.", "最初の再スタートまでのステップ数。"),
    )
    T_mult: int = hyperparameter(
        1,
        r"T_{\mathrm{mult}}",
        Text("Growth", "周期の倍率"),
        Text(
            "How many times longer each wave is than the one before.",
            "各周期が前の周期の何倍の長さになるか。",
        ),
        ge=1,
        le=10,
    )
    eta_min: float = lowest_rate()

    def rates(self, lr: float, steps: int) -> Array:
        done = np.empty(steps)
        begin, length = 0, self.T_0
        while begin < steps:
            part = done[begin : begin + length]
            part[:] = np.arange(len(part)) / length
            begin, length = begin + length, length * self.T_mult
        return _cosine(lr, self.eta_min, done)


class OneCycle(Schedule):
    """One rise and one fall to far below the start (PyTorch's `OneCycleLR`; Smith & Topin 2019).

    It also moves `momentum` or `beta1` of optimizers that have one: low while the rate is high.
    """

    id: ClassVar[str] = "one-cycle"
    title: ClassVar[Text] = Text("One cycle", "ワンサイクル")
    idea: ClassVar[Text] = Text(
        "Warm up to a high rate, then cool down to almost nothing, while momentum does the opposite.",
        "高い学習率まで上げたあと、ほぼ0まで下げる。モメンタムは逆向きに動かす。",
    )
    formula: ClassVar[str] = (
        r"\frac{\eta_{\max}}{\mathrm{div}} \to \eta_{\max} \to \frac{\eta_{\max}}{\mathrm{div}\cdot\mathrm{final}}"
    )
    torch_class: ClassVar[str | None] = "OneCycleLR"

    max_lr: float = hyperparameter(0.0, r"\eta_{\max}", _HIGHEST, _HIGHEST_HELP, ge=0, le=1e6)
    total_steps: int = step_count(
        0,
        "T",
        Text("Length", "長さ"),
        Text(f"Steps of the whole cycle. {_RUN.en}", f"サイクル全体のステップ数。{_RUN.ja}"),
        ge=0,
    )
    pct_start: float = hyperparameter(
        0.3,
        "p",
        Text("Share of the rise", "上昇の割合"),
        Text("Which part of the cycle the rate rises.", "サイクルのうち学習率を上げる部分の割合。"),
        ge=0,
        le=1,
    )
    anneal_strategy: Literal["cos", "linear"] = hyperparameter(
        "cos",
        r"\mathrm{a}",
        Text("Shape", "形"),
        Text("Rise and fall like a cosine, or in straight lines.", "コサイン曲線か、直線か。"),
    )
    cycle_momentum: bool = hyperparameter(
        True,
        r"\mathrm{c}",
        Text("Move the momentum", "モメンタムも動かす"),
        Text(
            "Lower momentum or beta1 while the rate is high.",
            "学習率が高い間、モメンタム係数(またはβ1)を下げる。",
        ),
    )
    base_momentum: float = hyperparameter(
        0.85,
        r"\mu_{\min}",
        Text("Lowest momentum", "最小のモメンタム係数"),
        Text(
            "Momentum or beta1 where the rate is highest.", "学習率が最大のときのモメンタム係数(またはβ1)。"
        ),
        ge=0,
        lt=1,
    )
    max_momentum: float = hyperparameter(
        0.95,
        r"\mu_{\max}",
        Text("Highest momentum", "最大のモメンタム係数"),
        Text("Momentum or beta1 where the rate is lowest.", "学習率が最小のときのモメンタム係数(またはβ1)。"),
        ge=0,
        lt=1,
    )
    div_factor: float = hyperparameter(
        25.0,
        r"\mathrm{div}",
        Text("Start divisor", "開始時の除数"),
        Text(
            "The first rate is the highest divided by this.", "最初の学習率は、最大の学習率をこれで割った値。"
        ),
        gt=0,
        le=1e9,
        logarithmic=True,
    )
    final_div_factor: float = hyperparameter(
        1e4,
        r"\mathrm{final}",
        Text("End divisor", "終了時の除数"),
        Text("The last rate is the first divided by this.", "最後の学習率は、最初の学習率をこれで割った値。"),
        gt=0,
        le=1e12,
        logarithmic=True,
    )
    three_phase: bool = hyperparameter(
        False,
        "3",
        Text("Three phases", "3段階"),
        Text(
            "Fall as long as it rose, and only then to the end.",
            "上昇と同じ長さで下げたあと、最後の値まで下げる。",
        ),
    )

    def rates(self, lr: float, steps: int) -> Array:
        high, first = self.max_lr or lr, self.warmed_up_rate(lr)
        last = first / self.final_div_factor
        return self._along(steps, [first, high, first, last] if self.three_phase else [first, high, last])

    def warmed_up_rate(self, lr: float) -> float:
        # PyTorch's OneCycleLR makes its own first rate the base rate of whatever comes before it.
        return (self.max_lr or lr) / self.div_factor

    def momenta(self, steps: int) -> Array | None:
        if not self.cycle_momentum:
            return None
        low, high = self.base_momentum, self.max_momentum
        return self._along(steps, [high, low, high, high] if self.three_phase else [high, low, high])

    def _along(self, steps: int, values: list[float]) -> Array:
        """Return what goes through `values` in phases; the last holds after the cycle's end."""
        total = self.total_steps or max(steps - 1, 1)
        rise = self.pct_start * total
        ends = (
            [0.0, rise - 1, 2 * rise - 2, total - 1.0] if self.three_phase else [0.0, rise - 1, total - 1.0]
        )
        step = np.arange(steps, dtype=np.float64)
        # The first phase whose end is not passed, else the last; a long rise may end after the cycle does.
        phase = np.select([step <= end for end in ends[1:-1]], range(len(ends) - 2), len(ends) - 2)
        begin, end = np.array(ends)[phase], np.array(ends)[phase + 1]
        done = np.minimum((step - begin) / np.where(end == begin, 1.0, end - begin), 1.0)
        before, after = np.array(values)[phase], np.array(values)[phase + 1]
        if self.anneal_strategy == "cos":
            return _cosine(before, after, done)
        line: Array = before + (after - before) * done
        return line


class Cyclic(Schedule):
    """Up and down again and again (PyTorch's `CyclicLR`; Smith 2017).

    It also moves `momentum` or `beta1` of optimizers that have one: low while the rate is high.
    """

    id: ClassVar[str] = "cyclic"
    title: ClassVar[Text] = Text("Cyclic", "周期的学習率")
    idea: ClassVar[Text] = Text(
        "Up and down between two rates: large steps to explore, small ones to settle.",
        "2つの学習率の間を往復する。大きな歩幅で探し、小さな歩幅で落ち着く。",
    )
    formula: ClassVar[str] = r"\eta_{\mathrm{base}} \leftrightarrow \eta_{\max}"
    torch_class: ClassVar[str | None] = "CyclicLR"

    base_lr: float = hyperparameter(
        0.0,
        r"\eta_{\mathrm{base}}",
        Text("Lowest rate", "最小の学習率"),
        Text("The rate at the bottom of each cycle.", "各周期の底での学習率。"),
        ge=0,
        le=1e6,
    )
    max_lr: float = hyperparameter(0.0, r"\eta_{\max}", _HIGHEST, _HIGHEST_HELP, ge=0, le=1e6)
    step_size_up: int = step_count(
        2000,
        "s_+",
        Text("Steps up", "上りのステップ数"),
        Text("Steps from bottom to top.", "底から頂点までのステップ数。"),
    )
    step_size_down: int = step_count(
        0,
        "s_-",
        Text("Steps down", "下りのステップ数"),
        Text(
            "Steps from top to bottom; 0 for as many as up.", "頂点から底までのステップ数。0なら上りと同じ。"
        ),
        ge=0,
    )
    mode: Literal["triangular", "triangular2", "exp_range"] = hyperparameter(
        "triangular",
        r"\mathrm{mode}",
        Text("Heights", "高さの変化"),
        Text(
            "All cycles equally high, each half as high as the one before, or shrinking at every step by gamma.",
            "すべて同じ高さ、1周期ごとに半分の高さ、または毎ステップ減衰係数を掛けた高さ。",
        ),
    )
    gamma: float = decay_factor(
        1.0,
        Text(
            "Shrinks the cycles in mode exp_range, step by step.",
            "exp_range のとき、毎ステップ振幅に掛ける係数。",
        ),
    )
    cycle_momentum: bool = hyperparameter(
        True,
        r"\mathrm{c}",
        Text("Move the momentum", "モメンタムも動かす"),
        Text(
            "Lower momentum or beta1 while the rate is high.",
            "学習率が高い間、モメンタム係数(またはβ1)を下げる。",
        ),
    )
    base_momentum: float = hyperparameter(
        0.8,
        r"\mu_{\min}",
        Text("Lowest momentum", "最小のモメンタム係数"),
        Text("Momentum or beta1 at the top of the cycle.", "周期の頂点でのモメンタム係数(またはβ1)。"),
        ge=0,
        lt=1,
    )
    max_momentum: float = hyperparameter(
        0.9,
        r"\mu_{\max}",
        Text("Highest momentum", "最大のモメンタム係数"),
        Text("Momentum or beta1 at the bottom of the cycle.", "周期の底でのモメンタム係数(またはβ1)。"),
        ge=0,
        lt=1,
    )

    def rates(self, lr: float, steps: int) -> Array:
        high = self.max_lr or lr
        return self.base_lr + self._heights(high - self.base_lr, steps)

    def momenta(self, steps: int) -> Array | None:
        if not self.cycle_momentum:
            return None
        return self.max_momentum - self._heights(self.max_momentum - self.base_momentum, steps)

    def _heights(self, top: float, steps: int) -> Array:
        """Return the height above the bottom at each row, `top` at the top of the first cycle.

        Rounded as in PyTorch: it makes a difference to an optimizer whether a momentum is zero or almost zero.
        """
        step = np.arange(steps, dtype=np.float64)
        up, down = self.step_size_up, self.step_size_down or self.step_size_up
        ratio = up / (up + down)
        cycle = np.floor(1 + step / (up + down))
        place = 1.0 + step / (up + down) - cycle
        heights: Array = top * np.where(place <= ratio, place / ratio, (place - 1) / (ratio - 1))
        if self.mode == "triangular2":
            heights = heights * (1 / np.power(2.0, cycle - 1))
        if self.mode == "exp_range":
            heights = heights * np.power(self.gamma, step)
        return heights


def _cosine(begin: Any, end: Any, done: Array) -> Array:
    """Return what goes from `begin` to `end` like half a cosine wave, where `done` goes from 0 to 1."""
    return np.asarray(end + (begin - end) / 2 * (np.cos(np.pi * done) + 1))
