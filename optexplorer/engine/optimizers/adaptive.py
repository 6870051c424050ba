"""Optimizers with a learning rate per coordinate: Adagrad, RMSprop, Adadelta."""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple

import numpy as np

from optexplorer.engine.optimizers.base import (
    Array,
    Example,
    Probe,
    RuleOptimizer,
    StabilityLimit,
    Term,
    epsilon,
    gradient_term,
    hyperparameter,
    learning_rate,
    maximize,
    momentum_factor,
    square_decay,
    step_term,
    weight_decay,
)
from optexplorer.engine.optimizers.stability_limit import heavy_ball_threshold
from optexplorer.engine.optimizers.terms import (
    Average,
    decay_terms,
    direction_term,
    effective_rates,
    mean_term,
    scale_term,
    scaled_step_term,
    square_term,
)
from optexplorer.text import Text

_BAD_RATE = Example({"lr": 0}, "lr")


class AdagradState(NamedTuple):
    """Steps taken, and the sum of squared gradients."""

    t: int
    squares: Array


class Adagrad(RuleOptimizer):
    """Adagrad: each coordinate's rate shrinks with the sum of its squared gradients."""

    id: ClassVar[str] = "adagrad"
    group: ClassVar[str] = "adaptive"
    title: ClassVar[Text] = Text("Adagrad", "AdaGrad")
    idea: ClassVar[Text] = Text(
        "Coordinates that have seen large gradients take smaller steps, the others larger ones.",
        "大きな勾配を受けてきた座標ほど小さく、そうでない座標ほど大きく動く。",
    )
    shines: ClassVar[Text] = Text(
        "Sparse gradients; ravines along an axis.", "疎な勾配や、軸に沿った細長い谷。"
    )
    fails: ClassVar[Text] = Text(
        "The sum only grows, so on long ways the steps fade before it arrives.",
        "2乗和は増える一方なので、道のりが長いと到着前に歩幅が尽きてしまう。",
    )
    reference: ClassVar[str] = "Duchi, Hazan & Singer (2011), Adaptive subgradient methods, JMLR 12"
    formula: ClassVar[str] = (
        r"\begin{aligned} s_t &= s_{t-1} + g_t^2 \\ x_{t+1} &= x_t - \eta\, \frac{g_t}{\sqrt{s_t}+\epsilon} \end{aligned}"
    )
    torch_class: ClassVar[str | None] = "Adagrad"
    examples: ClassVar[tuple[Example, ...]] = (
        Example({}),
        Example({"lr": 0.5}),
        Example({"lr": 0.1, "lr_decay": 0.01, "initial_accumulator_value": 0.1, "weight_decay": 0.01}),
        _BAD_RATE,
        Example({"initial_accumulator_value": -1}, "initial_accumulator_value"),
    )

    lr: float = learning_rate(1e-2)
    lr_decay: float = hyperparameter(
        0.0,
        r"\kappa",
        Text("Rate decay", "学習率の減衰"),
        Text("Divides the rate by 1 + decay × step.", "学習率を 1 + 減衰 × ステップ数 で割る。"),
        ge=0,
        le=10,
    )
    weight_decay: float = weight_decay()
    initial_accumulator_value: float = hyperparameter(
        0.0,
        "s_0",
        Text("Initial sum of squares", "2乗和の初期値"),
        Text("Where the sum of squared gradients begins.", "勾配の2乗和の初期値。"),
        ge=0,
        le=1e6,
    )
    eps: float = epsilon(1e-10)
    maximize: bool = maximize()

    def init(self, x: Array) -> AdagradState:
        return AdagradState(0, np.full_like(x, self.initial_accumulator_value))

    def update(self, gradient: Array, state: AdagradState, x: Array, lr: Any) -> tuple[Array, AdagradState]:
        if self.weight_decay:
            gradient = gradient + self.weight_decay * x
        squares = gradient * gradient
        squares += state.squares
        scale = np.sqrt(squares)
        scale += self.eps
        step = gradient * (-lr / (1 + state.t * self.lr_decay))
        step /= scale
        return step, AdagradState(state.t + 1, squares)

    def stability(self, lr: float) -> StabilityLimit | None:
        return StabilityLimit(2 / lr, self.weight_decay, self._preconditioner)

    def _preconditioner(self, state: AdagradState) -> Array:
        scale: Array = np.sqrt(state.squares) + self.eps
        return scale * (1 + (state.t - 1) * self.lr_decay)

    def explain(
        self, gradient: Array, state: AdagradState, x: Array, lr: float, probe: Probe
    ) -> tuple[Term, ...]:
        step, after = self.update(gradient, state, x, lr)
        decay = decay_terms(self.weight_decay, gradient, x)
        g = "d" if decay else "g"
        seen = decay[0].value if decay else gradient
        scale = np.sqrt(after.squares) + self.eps
        rates = effective_rates(lr / (1 + state.t * self.lr_decay) / scale, seen)
        direction = rf"\frac{{<{g}>}}{{<r>}}"
        if self.lr_decay:
            last = step_term(rf"-\frac{{<lr>}}{{1 + {state.t} \cdot <lr_decay>}}*{direction}", step, rates)
        else:
            last = scaled_step_term(direction, step, rates)
        return (
            gradient_term(gradient),
            *decay,
            Term(
                "s",
                "s",
                Text("sum of squared gradients", "勾配の2乗和"),
                f"<s'> + <{g}>^2",
                after.squares,
                "second_moment",
                state.squares,
            ),
            scale_term(r"\sqrt{<s>} + <eps>", scale),
            last,
        )


class RMSpropState(NamedTuple):
    """Moving averages of squared gradients and, where asked for, of gradients, and a velocity."""

    square: Array
    mean: Array | None
    velocity: Array | None


class RMSprop(RuleOptimizer):
    """RMSprop: each coordinate's rate is divided by a moving root mean square of its gradients."""

    id: ClassVar[str] = "rmsprop"
    group: ClassVar[str] = "adaptive"
    title: ClassVar[Text] = Text("RMSprop", "RMSprop")
    idea: ClassVar[Text] = Text(
        "Adagrad that forgets: an exponential average of squared gradients in place of their sum.",
        "忘れることのできるAdaGrad。2乗和の代わりに、勾配の2乗の指数移動平均を使う。",
    )
    shines: ClassVar[Text] = Text(
        "Changing slopes, ravines, plateaus.", "傾きが変化する地形、細長い谷、平坦な台地。"
    )
    fails: ClassVar[Text] = Text(
        "Near the minimum it hops about with steps as large as the rate.",
        "最小点の近くでも学習率ほどの歩幅で跳ね続ける。",
    )
    reference: ClassVar[str] = "Tieleman & Hinton (2012), Lecture 6.5, Neural Networks for Machine Learning"
    formula: ClassVar[str] = (
        r"\begin{aligned} s_t &= \alpha s_{t-1} + (1-\alpha) g_t^2 \\"
        r" x_{t+1} &= x_t - \eta\, \frac{g_t}{\sqrt{s_t}+\epsilon} \end{aligned}"
    )
    torch_class: ClassVar[str | None] = "RMSprop"
    examples: ClassVar[tuple[Example, ...]] = (
        Example({}),
        Example({"lr": 0.05}),
        Example({"alpha": 0.9, "momentum": 0.5, "centered": True, "weight_decay": 0.01}),
        _BAD_RATE,
        Example({"alpha": 1}, "alpha"),
    )

    lr: float = learning_rate(1e-2)
    alpha: float = square_decay(0.99, r"\alpha")
    eps: float = epsilon(1e-8)
    weight_decay: float = weight_decay()
    momentum: float = momentum_factor(0.0)
    centered: bool = hyperparameter(
        False,
        r"\mathrm{c}",
        Text("Centered", "中心化"),
        Text(
            "Divide by the variance of the gradients rather than their mean square.",
            "2乗平均の代わりに勾配の分散で割る。",
        ),
    )
    maximize: bool = maximize()

    def init(self, x: Array) -> RMSpropState:
        zeros = np.zeros_like(x)
        return RMSpropState(zeros, zeros if self.centered else None, zeros if self.momentum else None)

    def update(self, gradient: Array, state: RMSpropState, x: Array, lr: Any) -> tuple[Array, RMSpropState]:
        if self.weight_decay:
            gradient = gradient + self.weight_decay * x
        square = gradient * gradient
        square *= 1 - self.alpha
        square += self.alpha * state.square
        mean = None
        if state.mean is not None:
            mean = self.alpha * state.mean + (1 - self.alpha) * gradient
            scale = np.sqrt(square - mean * mean)
        else:
            scale = np.sqrt(square)
        scale += self.eps
        direction = gradient / scale
        velocity = state.velocity
        if self.momentum:
            # A schedule may move the momentum from or to zero; meanwhile PyTorch leaves the velocity as it is.
            velocity = np.zeros_like(x) if velocity is None else velocity
            velocity = direction = self.momentum * velocity + direction
        return direction * -lr, RMSpropState(square, mean, velocity)

    def stability(self, lr: float) -> StabilityLimit | None:
        return StabilityLimit(
            heavy_ball_threshold(lr, self.momentum), self.weight_decay, self._preconditioner
        )

    def _preconditioner(self, state: RMSpropState) -> Array:
        variance = state.square if state.mean is None else state.square - state.mean * state.mean
        scale: Array = np.sqrt(variance) + self.eps
        return scale

    def explain(
        self, gradient: Array, state: RMSpropState, x: Array, lr: float, probe: Probe
    ) -> tuple[Term, ...]:
        step, after = self.update(gradient, state, x, lr)
        decay = decay_terms(self.weight_decay, gradient, x)
        g = "d" if decay else "g"
        square = square_term(after.square, state.square, g, "alpha", "s")
        terms = [gradient_term(gradient), *decay, square]
        variance = after.square
        if after.mean is not None:
            terms.append(mean_term(after.mean, state.mean, g, "alpha"))
            variance = after.square - after.mean * after.mean
        root = r"\sqrt{<s> - <m>^2}" if after.mean is not None else r"\sqrt{<s>}"
        scale = np.sqrt(variance) + self.eps
        terms.append(scale_term(root + " + <eps>", scale))
        direction, rest = rf"\frac{{<{g}>}}{{<r>}}", np.zeros_like(x)
        if self.momentum and after.velocity is not None:
            before = np.zeros_like(x) if state.velocity is None else state.velocity
            average = Average("momentum", g)
            label, formula = Text("velocity", "速度"), f"{average.kept('v')} + {direction}"
            terms.append(
                Term("v", "v", label, formula, after.velocity, "first_moment", before, average=average)
            )
            direction, rest = "<v>", -lr * self.momentum * before
        seen = decay[0].value if decay else gradient
        return *terms, scaled_step_term(direction, step, effective_rates(lr / scale, seen, rest))


class AdadeltaState(NamedTuple):
    """Moving averages of squared gradients and of squared steps (before they are scaled by the rate)."""

    square: Array
    moved: Array


class Adadelta(RuleOptimizer):
    """Adadelta: steps as large as recent steps were, in proportion to gradient over recent gradients."""

    id: ClassVar[str] = "adadelta"
    group: ClassVar[str] = "adaptive"
    title: ClassVar[Text] = Text("Adadelta", "AdaDelta")
    idea: ClassVar[Text] = Text(
        "RMSprop that sets its own rate: the root mean square of its recent steps.",
        "最近の更新量の2乗平均平方根を学習率の代わりに使い、歩幅を自分で決めるRMSprop。",
    )
    shines: ClassVar[Text] = Text(
        "Where no rate is known: it finds the scale of its steps by itself.",
        "適切な学習率がわからない場面。歩幅の目安を自分で見つける。",
    )
    fails: ClassVar[Text] = Text(
        "It starts with tiny steps (set by epsilon) and takes long to gain speed.",
        "最初の歩幅がεで決まるほど小さく、速度が上がるまでに時間がかかる。",
    )
    reference: ClassVar[str] = "Zeiler (2012), ADADELTA: an adaptive learning rate method, arXiv:1212.5701"
    formula: ClassVar[str] = (
        r"\begin{aligned} s_t &= \rho s_{t-1} + (1-\rho) g_t^2 \\"
        r" p_t &= \frac{\sqrt{u_{t-1}+\epsilon}}{\sqrt{s_t+\epsilon}}\, g_t \\"
        r" u_t &= \rho u_{t-1} + (1-\rho) p_t^2 \\ x_{t+1} &= x_t - \eta\, p_t \end{aligned}"
    )
    torch_class: ClassVar[str | None] = "Adadelta"
    examples: ClassVar[tuple[Example, ...]] = (
        Example({}),
        Example({"lr": 10.0, "rho": 0.8}),
        Example({"lr": 0.5, "rho": 0.8, "weight_decay": 0.01}),
        _BAD_RATE,
        Example({"rho": 1.2}, "rho"),
    )

    lr: float = learning_rate(1.0)
    rho: float = square_decay(0.9, r"\rho")
    eps: float = epsilon(1e-6)
    weight_decay: float = weight_decay()
    maximize: bool = maximize()

    def init(self, x: Array) -> AdadeltaState:
        zeros = np.zeros_like(x)
        return AdadeltaState(zeros, zeros)

    def update(self, gradient: Array, state: AdadeltaState, x: Array, lr: Any) -> tuple[Array, AdadeltaState]:
        if self.weight_decay:
            gradient = gradient + self.weight_decay * x
        square = gradient * gradient
        square *= 1 - self.rho
        square += self.rho * state.square
        direction = np.sqrt(state.moved + self.eps)
        direction /= np.sqrt(square + self.eps)
        direction *= gradient
        moved = direction * direction
        moved *= 1 - self.rho
        moved += self.rho * state.moved
        return direction * -lr, AdadeltaState(square, moved)

    def explain(
        self, gradient: Array, state: AdadeltaState, x: Array, lr: float, probe: Probe
    ) -> tuple[Term, ...]:
        step, after = self.update(gradient, state, x, lr)
        decay = decay_terms(self.weight_decay, gradient, x)
        g = "d" if decay else "g"
        seen = decay[0].value if decay else gradient
        moved, scale = np.sqrt(state.moved + self.eps), np.sqrt(after.square + self.eps)
        average = Average("rho", "p")
        size = Text("size of recent steps", "最近の更新量の大きさ")
        return (
            gradient_term(gradient),
            *decay,
            square_term(after.square, state.square, g, "rho", "s"),
            scale_term(r"\sqrt{<s> + <eps>}", scale),
            Term("q", "q", size, r"\sqrt{<u'> + <eps>}", moved, "scale"),
            direction_term(rf"\frac{{<q>}}{{<r>}}*<{g}>", moved / scale * seen),
            Term(
                "u",
                "u",
                Text("average of squared steps", "更新量の2乗の移動平均"),
                f"{average.kept('u')} + (1-<rho>)*<p>^2",
                after.moved,
                "second_moment",
                state.moved,
                average=average,
            ),
            scaled_step_term("<p>", step, effective_rates(lr / scale * moved, seen)),
        )
