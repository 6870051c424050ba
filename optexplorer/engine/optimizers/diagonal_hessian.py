"""Optimizers scaled by the diagonal of the Hessian: AdaHessian, Sophia."""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple

import numpy as np

from optexplorer.engine.optimizers.base import (
    Array,
    Example,
    Need,
    Probe,
    ProbingOptimizer,
    Term,
    epsilon,
    gradient_term,
    hyperparameter,
    learning_rate,
    mean_decay,
    square_decay,
    weight_decay,
)
from optexplorer.engine.optimizers.curvature import hessian_at
from optexplorer.engine.optimizers.terms import (
    Average,
    corrected_mean_term,
    corrected_square_term,
    direction_term,
    effective_rates,
    mean_term,
    pull_terms,
    scale_term,
    scaled_step_term,
)
from optexplorer.text import Text

_BAD_RATE = Example({"lr": 0}, "lr")
_CURVATURE = Text("diagonal of the Hessian", "ヘッセ行列の対角成分")


def _diagonal(optimizer: ProbingOptimizer, x: Array, probe: Probe) -> Array:
    matrix = hessian_at(optimizer, x, probe)
    index = np.arange(len(x))
    diagonal: Array = matrix[index, index]
    return diagonal


class CurvatureState(NamedTuple):
    """Steps taken, the moving average of gradients, and that of (squared) curvatures."""

    t: int
    mean: Array
    curvature: Array


class AdaHessian(ProbingOptimizer):
    """AdaHessian: Adam that divides by an average of curvatures rather than of gradients.

    The diagonal of the Hessian is exact here, where the paper estimates it with random vectors (Hutchinson).
    """

    id: ClassVar[str] = "adahessian"
    group: ClassVar[str] = "second-order"
    title: ClassVar[Text] = Text("AdaHessian", "AdaHessian")
    idea: ClassVar[Text] = Text(
        "Adam that divides by curvature: long steps where the ground is nearly straight, short ones where it bends.",
        "曲率で割るAdam。まっすぐに近い所では大きく、曲がりの強い所では小さく動く。",
    )
    shines: ClassVar[Text] = Text(
        "Ravines along the axes: each coordinate gets the rate that fits its curvature.",
        "軸に沿った細長い谷。各座標に曲率に見合った学習率がつく。",
    )
    fails: ClassVar[Text] = Text(
        "Diagonal ravines, which the diagonal does not see, and flat or straight slopes, where it divides by almost zero.",
        "対角成分には現れない斜めの谷や、曲率がほぼ0で割り算が発散しやすい平坦な所。",
    )
    reference: ClassVar[str] = (
        "Yao et al. (2021), ADAHESSIAN: an adaptive second order optimizer for machine learning, AAAI"
    )
    formula: ClassVar[str] = (
        r"\begin{aligned} D_t &= \mathrm{diag}\left(\nabla^2 f(x_t)\right) \\ m_t &= \beta_1 m_{t-1} + (1-\beta_1) g_t \\"
        r" v_t &= \beta_2 v_{t-1} + (1-\beta_2) D_t^2 \\"
        r" x_{t+1} &= x_t - \eta\, \frac{m_t/(1-\beta_1^t)}{\left(v_t/(1-\beta_2^t)\right)^{k/2}+\epsilon} \end{aligned}"
    )
    examples: ClassVar[tuple[Example, ...]] = (
        Example({}),
        Example({"lr": 0.05, "beta1": 0.8, "beta2": 0.99, "hessian_power": 0.5, "weight_decay": 0.01}),
        _BAD_RATE,
        Example({"hessian_power": 2.0}, "hessian_power"),
    )

    lr: float = learning_rate(0.15)
    beta1: float = mean_decay()
    beta2: float = square_decay()
    eps: float = epsilon(1e-4)
    weight_decay: float = weight_decay()
    hessian_power: float = hyperparameter(
        1.0,
        "k",
        Text("Power of the Hessian", "ヘッセ行列の指数"),
        Text("1: divide by the curvature; 0: not at all.", "1なら曲率で割り、0なら割らない。"),
        ge=0,
        le=1,
    )

    @property
    def evaluation_period(self) -> int | None:
        """Every step asks for one gradient and one Hessian."""
        return 1

    @property
    def needs(self) -> frozenset[Need]:
        return frozenset({"hessian"})

    def init(self, x: Array) -> CurvatureState:
        zeros = np.zeros_like(x)
        return CurvatureState(0, zeros, zeros)

    def _step(
        self, gradient: Array, curvature: Array, state: CurvatureState, x: Array, lr: Any
    ) -> tuple[Array, CurvatureState, Array]:
        t = state.t + 1
        mean = gradient * (1 - self.beta1)
        mean += self.beta1 * state.mean
        square = curvature * curvature
        square *= 1 - self.beta2
        square += self.beta2 * state.curvature
        scale = np.sqrt(square * (1 / (1 - self.beta2**t)))
        if self.hessian_power != 1:
            scale = np.power(scale, self.hessian_power)
        scale += self.eps
        step = mean * (-lr / (1 - self.beta1**t))
        step /= scale
        if self.weight_decay:
            step -= (lr * self.weight_decay) * x
        return step, CurvatureState(t, mean, square), scale

    def update(
        self, gradient: Array, state: CurvatureState, x: Array, lr: Any, probe: Probe
    ) -> tuple[Array, CurvatureState]:
        step, after, _ = self._step(gradient, _diagonal(self, x, probe), state, x, lr)
        return step, after

    def explain(
        self, gradient: Array, state: CurvatureState, x: Array, lr: float, probe: Probe
    ) -> tuple[Term, ...]:
        curvature = _diagonal(self, x, probe)
        step, after, scale = self._step(gradient, curvature, state, x, lr)
        label = Text("average of squared curvatures", "曲率の2乗の移動平均")
        average = Average("beta2", "D")
        mean = corrected_mean_term(after.mean, self.beta1, after.t)
        corrected = corrected_square_term(after.curvature, self.beta2, after.t)
        pull = pull_terms(self.weight_decay, x)
        rates = effective_rates(lr / scale, mean.value, -lr * self.weight_decay * x)
        added = " + <w>" if pull else ""
        return (
            gradient_term(gradient),
            Term(
                "D",
                "D",
                _CURVATURE,
                r"\mathrm{diag}\left(\nabla^2 f<(x)>\right)",
                curvature,
                "scale",
                writing="whole",
            ),
            mean_term(after.mean, state.mean),
            Term(
                "v",
                "v",
                label,
                f"{average.kept('v')} + (1-<beta2>)*<D>^2",
                after.curvature,
                "second_moment",
                state.curvature,
                average=average,
            ),
            mean,
            corrected,
            scale_term(r"<vh>^{<hessian_power>/2} + <eps>", scale),
            *pull,
            scaled_step_term(rf"\left(\frac{{<mh>}}{{<r>}}{added}\right)", step, rates),
        )


class Sophia(ProbingOptimizer):
    """Sophia: momentum over curvature, every coordinate clipped.

    The diagonal of the Hessian is exact here, where the paper estimates it with random vectors (Hutchinson).
    As in Algorithm 3 the average of gradients is not corrected for its start, and a step uses the curvature seen in it;
    optax corrects the average and uses the curvature one step late.
    """

    id: ClassVar[str] = "sophia"
    group: ClassVar[str] = "second-order"
    title: ClassVar[Text] = Text("Sophia", "Sophia")
    idea: ClassVar[Text] = Text(
        "Newton's step for each coordinate alone, clipped: where curvature is small or negative only the sign counts.",
        "座標ごとのニュートン法の歩みを上限で切り取る。曲率が小さいか負なら符号だけに従う。",
    )
    shines: ClassVar[Text] = Text(
        "Curvatures of very different size; the Hessian is looked at only now and then.",
        "曲率の大きさが座標ごとに大きく違う地形。ヘッセ行列は時々しか見なくてよい。",
    )
    fails: ClassVar[Text] = Text(
        "Where curvature changes between two looks, and in diagonal ravines.",
        "次に曲率を調べるまでに曲率が変わる場面や、斜めの谷。",
    )
    reference: ClassVar[str] = (
        "Liu, Li, Hall, Liang & Ma (2024), Sophia: a scalable stochastic second-order optimizer, ICLR, Algorithm 3"
    )
    formula: ClassVar[str] = (
        r"\begin{aligned} m_t &= \beta_1 m_{t-1} + (1-\beta_1) g_t \\"
        r" h_t &= \beta_2 h_{t-k} + (1-\beta_2)\, \mathrm{diag}\left(\nabla^2 f(x_t)\right)"
        r" \quad \text{every } k \text{ steps} \\"
        r" x_{t+1} &= x_t - \eta \left( \mathrm{clip}\left(\frac{m_t}{\max(\gamma h_t,\, \epsilon)},\, 1\right)"
        r" + \lambda x_t \right) \end{aligned}"
    )
    examples: ClassVar[tuple[Example, ...]] = (
        Example({}),
        Example({"lr": 0.05, "gamma": 1.0, "update_interval": 1}),
        Example({"lr": 0.02, "beta1": 0.9, "beta2": 0.9, "weight_decay": 0.1}),
        _BAD_RATE,
        Example({"update_interval": 0}, "update_interval"),
    )

    lr: float = learning_rate(1e-3)
    beta1: float = mean_decay(0.96)
    beta2: float = square_decay(0.99)
    eps: float = epsilon(1e-12)
    weight_decay: float = weight_decay()
    gamma: float = hyperparameter(
        0.01,
        r"\gamma",
        Text("Curvature factor", "曲率の係数"),
        Text(
            "Multiplies the curvature; the larger, the fewer coordinates are clipped.",
            "曲率に掛ける係数。大きいほど切り取られる座標が減る。",
        ),
        gt=0,
        le=1e3,
        logarithmic=True,
    )
    update_interval: int = hyperparameter(
        10,
        "k",
        Text("Steps between looks", "曲率を調べる間隔"),
        Text("The curvature is looked at every so many steps.", "このステップ数ごとに曲率を調べる。"),
        ge=1,
        le=10_000,
    )

    @property
    def evaluation_period(self) -> int | None:
        """Every `update_interval` steps it asks for a Hessian."""
        return self.update_interval

    @property
    def needs(self) -> frozenset[Need]:
        return frozenset({"hessian"})

    def init(self, x: Array) -> CurvatureState:
        zeros = np.zeros_like(x)
        return CurvatureState(0, zeros, zeros)

    def _estimate(self, state: CurvatureState, x: Array, probe: Probe) -> Array:
        """Return the average of curvatures for this step."""
        if state.t % self.update_interval:
            return state.curvature
        average: Array = _diagonal(self, x, probe) * (1 - self.beta2)
        average += self.beta2 * state.curvature
        return average

    def _step(
        self, gradient: Array, curvature: Array, state: CurvatureState, x: Array, lr: Any
    ) -> tuple[Array, CurvatureState, Array]:
        mean = gradient * (1 - self.beta1)
        mean += self.beta1 * state.mean
        scale = np.maximum(self.gamma * curvature, self.eps)
        direction = mean / scale
        np.maximum(direction, -1.0, out=direction)
        np.minimum(direction, 1.0, out=direction)
        pulled = direction + self.weight_decay * x if self.weight_decay else direction
        return pulled * -lr, CurvatureState(state.t + 1, mean, curvature), direction

    def update(
        self, gradient: Array, state: CurvatureState, x: Array, lr: Any, probe: Probe
    ) -> tuple[Array, CurvatureState]:
        step, after, _ = self._step(gradient, self._estimate(state, x, probe), state, x, lr)
        return step, after

    def explain(
        self, gradient: Array, state: CurvatureState, x: Array, lr: float, probe: Probe
    ) -> tuple[Term, ...]:
        step, after, direction = self._step(gradient, self._estimate(state, x, probe), state, x, lr)
        label = Text("average of curvatures", "曲率の移動平均")
        looked = r"(1-<beta2>)*\mathrm{diag}\left(\nabla^2 f<(x)>\right)"
        average = None if state.t % self.update_interval else Average("beta2", "x")
        scale = np.maximum(self.gamma * after.curvature, self.eps)
        pull = pull_terms(self.weight_decay, x)
        added = " + <w>" if pull else ""
        return (
            gradient_term(gradient),
            mean_term(after.mean, state.mean),
            Term(
                "h",
                "h",
                label,
                f"{average.kept('h')} + {looked}" if average is not None else "<h'>",
                after.curvature,
                "scale",
                state.curvature,
                writing="coordinates" if average is None else "whole",
                average=average,
            ),
            scale_term(r"\max(<gamma>*<h>,\, <eps>)", scale),
            direction_term(r"\mathrm{clip}\left(\frac{<m>}{<r>},\, 1\right)", direction),
            *pull,
            scaled_step_term(f"(<p>{added})" if pull else "<p>", step),
        )
