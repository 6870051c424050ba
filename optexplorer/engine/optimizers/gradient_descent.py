"""Gradient descent, and gradient descent with momentum (PyTorch's `SGD`)."""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple

from optexplorer.engine.optimizers.base import (
    Array,
    Example,
    Probe,
    RuleOptimizer,
    StabilityLimit,
    State,
    Term,
    gradient_term,
    hyperparameter,
    learning_rate,
    maximize,
    momentum_factor,
    weight_decay,
)
from optexplorer.engine.optimizers.stability_limit import heavy_ball_threshold, nesterov_threshold
from optexplorer.engine.optimizers.terms import decay_terms, effective_rates, scaled_step_term, velocity_term
from optexplorer.text import Text

_BAD_RATE = Example({"lr": -0.1}, "lr")


def _plain_terms(gradient: Array, decay: tuple[Term, ...], step: Array, lr: float) -> tuple[Term, ...]:
    """Return the terms of a step along the gradient, or along the gradient with weight decay."""
    followed = decay[0] if decay else gradient_term(gradient)
    rates = effective_rates(lr, followed.value)
    return gradient_term(gradient), *decay, scaled_step_term(f"<{followed.name}>", step, rates)


class GradientDescent(RuleOptimizer):
    """Plain gradient descent: a step against the gradient, scaled by the learning rate."""

    id: ClassVar[str] = "gd"
    group: ClassVar[str] = "gradient-descent"
    title: ClassVar[Text] = Text("Gradient descent", "勾配降下法")
    idea: ClassVar[Text] = Text(
        "Step downhill, against the gradient; the learning rate sets how far.",
        "勾配と逆向き、すなわち坂を下る向きに、学習率に応じた幅だけ進む。",
    )
    shines: ClassVar[Text] = Text("Round bowls with a well chosen rate.", "丸い谷で、学習率が適切なとき。")
    fails: ClassVar[Text] = Text(
        "Narrow ravines: it zigzags across and creeps along; it stays in the nearest valley.",
        "細長い谷。横方向に振動し、谷沿いには少しずつしか進まない。最寄りの谷から出られない。",
    )
    reference: ClassVar[str] = (
        "Cauchy (1847), Méthode générale pour la résolution des systèmes d'équations simultanées"
    )
    formula: ClassVar[str] = r"x_{t+1} = x_t - \eta\, g_t"
    torch_class: ClassVar[str | None] = "SGD"
    examples: ClassVar[tuple[Example, ...]] = (
        Example({}),
        Example({"lr": 0.1, "weight_decay": 0.01}),
        _BAD_RATE,
    )

    lr: float = learning_rate(1e-3)
    weight_decay: float = weight_decay()
    maximize: bool = maximize()

    def update(self, gradient: Array, state: State, x: Array, lr: Any) -> tuple[Array, State]:
        if self.weight_decay:
            gradient = gradient + self.weight_decay * x
        return -lr * gradient, state

    def stability(self, lr: float) -> StabilityLimit | None:
        return StabilityLimit(2 / lr, self.weight_decay)

    def explain(self, gradient: Array, state: State, x: Array, lr: float, probe: Probe) -> tuple[Term, ...]:
        step, _ = self.update(gradient, state, x, lr)
        decay = decay_terms(self.weight_decay, gradient, x)
        return _plain_terms(gradient, decay, step, lr)


class StochasticGradientDescent(GradientDescent):
    """Gradient descent whose gradients are noisy: the rule is the same, the gradient's source differs."""

    id: ClassVar[str] = "sgd"
    group: ClassVar[str] = "gradient-descent"
    title: ClassVar[Text] = Text("SGD", "確率的勾配降下法(SGD)")
    idea: ClassVar[Text] = Text(
        "Gradient descent on a random estimate of the gradient; the noise can shake it out of shallow valleys.",
        "勾配をランダムな推定値で置き換えた勾配降下法。ゆらぎのおかげで浅い谷から抜け出せることがある。",
    )
    shines: ClassVar[Text] = Text(
        "Shallow local valleys, large data sets.", "浅い局所的な谷や、大規模なデータ。"
    )
    fails: ClassVar[Text] = Text(
        "Near the minimum it keeps jittering unless the rate is lowered.",
        "最小点の近くでも、学習率を下げない限り揺れ続ける。",
    )
    reference: ClassVar[str] = "Robbins & Monro (1951), A stochastic approximation method"
    formula: ClassVar[str] = r"x_{t+1} = x_t - \eta\, \tilde g_t"
    stochastic: ClassVar[bool] = True


class Velocity(NamedTuple):
    """The moving sum of gradients; None before the first step."""

    velocity: Array | None


class Momentum(RuleOptimizer):
    """Gradient descent with heavy-ball momentum, as in PyTorch's `SGD(momentum=...)`."""

    id: ClassVar[str] = "momentum"
    group: ClassVar[str] = "gradient-descent"
    title: ClassVar[Text] = Text("Momentum", "モメンタム法")
    idea: ClassVar[Text] = Text(
        "A heavy ball: past gradients add up to a velocity, so it rolls on along the valley.",
        "重いボールのように、過去の勾配を速度として蓄え、谷に沿って転がり続ける。",
    )
    shines: ClassVar[Text] = Text("Ravines and small bumps.", "細長い谷や、小さなこぶのある地形。")
    fails: ClassVar[Text] = Text(
        "It overshoots the minimum and swings back and forth.", "最小点を行き過ぎて、往復運動をする。"
    )
    reference: ClassVar[str] = (
        "Polyak (1964), Some methods of speeding up the convergence of iteration methods"
    )
    formula: ClassVar[str] = (
        r"\begin{aligned} v_t &= \mu v_{t-1} + (1-\tau) g_t \\ x_{t+1} &= x_t - \eta\, v_t \end{aligned}"
    )
    torch_class: ClassVar[str | None] = "SGD"
    examples: ClassVar[tuple[Example, ...]] = (
        Example({}),
        Example({"lr": 0.01, "momentum": 0.5, "dampening": 0.1, "weight_decay": 0.01}),
        _BAD_RATE,
        Example({"momentum": 0.0, "dampening": 0.5, "weight_decay": 0.01}),
        Example({"momentum": 1.5}, "momentum"),
    )

    lr: float = learning_rate(1e-3)
    momentum: float = momentum_factor(0.9)
    dampening: float = hyperparameter(
        0.0,
        r"\tau",
        Text("Dampening", "ダンピング"),
        Text(
            "How much of each new gradient is left out of the velocity.",
            "新しい勾配のうち、速度に加えない割合。",
        ),
        ge=0,
        le=1,
    )
    weight_decay: float = weight_decay()
    maximize: bool = maximize()

    def init(self, x: Array) -> Velocity:
        return Velocity(None)

    def update(self, gradient: Array, state: Velocity, x: Array, lr: Any) -> tuple[Array, Velocity]:
        if self.weight_decay:
            gradient = gradient + self.weight_decay * x
        if not self.momentum:
            # Without momentum PyTorch leaves the velocity as it is, and the dampening out.
            return -lr * gradient, state
        if state.velocity is None:
            # PyTorch starts the velocity at the first gradient, undampened.
            velocity = gradient
        elif self.dampening:
            velocity = self.momentum * state.velocity + (1 - self.dampening) * gradient
        else:
            velocity = self.momentum * state.velocity + gradient
        return -lr * velocity, Velocity(velocity)

    def stability(self, lr: float) -> StabilityLimit | None:
        dampening = self.dampening if self.momentum else 0.0
        return StabilityLimit(heavy_ball_threshold(lr, self.momentum, dampening), self.weight_decay)

    def explain(
        self, gradient: Array, state: Velocity, x: Array, lr: float, probe: Probe
    ) -> tuple[Term, ...]:
        step, after = self.update(gradient, state, x, lr)
        decay = decay_terms(self.weight_decay, gradient, x)
        if not self.momentum:
            return _plain_terms(gradient, decay, step, lr)
        assert after.velocity is not None
        velocity = velocity_term(after.velocity, state.velocity, "d" if decay else "g", bool(self.dampening))
        rates = effective_rates(lr, velocity.value)
        return gradient_term(gradient), *decay, velocity, scaled_step_term("<v>", step, rates)


class Nesterov(RuleOptimizer):
    """Gradient descent with Nesterov momentum, as in PyTorch's `SGD(nesterov=True)`."""

    id: ClassVar[str] = "nesterov"
    group: ClassVar[str] = "gradient-descent"
    title: ClassVar[Text] = Text("Nesterov", "ネステロフ法")
    idea: ClassVar[Text] = Text(
        "Momentum that looks ahead: it steps along the velocity it is about to have, and so brakes earlier.",
        "先を見越すモメンタム法。これから持つ速度に沿って進むため、早めにブレーキがかかる。",
    )
    shines: ClassVar[Text] = Text(
        "Ravines, with less overshoot than momentum.", "細長い谷。モメンタム法より行き過ぎが少ない。"
    )
    fails: ClassVar[Text] = Text("Large rates on sharp curvature.", "曲率の大きい地形で学習率が大きいとき。")
    reference: ClassVar[str] = (
        "Nesterov (1983); Sutskever et al. (2013), On the importance of initialization and momentum"
    )
    formula: ClassVar[str] = (
        r"\begin{aligned} v_t &= \mu v_{t-1} + g_t \\ x_{t+1} &= x_t - \eta\,(g_t + \mu v_t) \end{aligned}"
    )
    torch_class: ClassVar[str | None] = "SGD"
    examples: ClassVar[tuple[Example, ...]] = (
        Example({}),
        Example({"lr": 0.01, "momentum": 0.5, "weight_decay": 0.01}),
        _BAD_RATE,
        Example({"momentum": 0}, "momentum"),
    )

    lr: float = learning_rate(1e-3)
    momentum: float = momentum_factor(0.9, gt=0)
    weight_decay: float = weight_decay()
    maximize: bool = maximize()

    def torch_arguments(self) -> dict[str, Any] | None:
        return {**(super().torch_arguments() or {}), "nesterov": True}

    def init(self, x: Array) -> Velocity:
        return Velocity(None)

    def update(self, gradient: Array, state: Velocity, x: Array, lr: Any) -> tuple[Array, Velocity]:
        if self.weight_decay:
            gradient = gradient + self.weight_decay * x
        if not self.momentum:
            # A schedule may take it to zero; PyTorch then leaves the velocity as it is.
            return -lr * gradient, state
        velocity = gradient if state.velocity is None else self.momentum * state.velocity + gradient
        return -lr * (gradient + self.momentum * velocity), Velocity(velocity)

    def stability(self, lr: float) -> StabilityLimit | None:
        return StabilityLimit(nesterov_threshold(lr, self.momentum), self.weight_decay)

    def explain(
        self, gradient: Array, state: Velocity, x: Array, lr: float, probe: Probe
    ) -> tuple[Term, ...]:
        step, after = self.update(gradient, state, x, lr)
        decay = decay_terms(self.weight_decay, gradient, x)
        if not self.momentum:
            return _plain_terms(gradient, decay, step, lr)
        assert after.velocity is not None
        source = "d" if decay else "g"
        velocity = velocity_term(after.velocity, state.velocity, source, False)
        ahead = (decay[0].value if decay else gradient) + self.momentum * after.velocity
        return (
            gradient_term(gradient),
            *decay,
            velocity,
            scaled_step_term(f"(<{source}> + <momentum>*<v>)", step, effective_rates(lr, ahead)),
        )
