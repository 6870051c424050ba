"""Muon: momentum orthogonalized per matrix."""

from __future__ import annotations

import math
from functools import partial
from typing import Any, ClassVar, Literal, NamedTuple

import numpy as np

from optexplorer.engine.landscapes.base import Block
from optexplorer.engine.optimizers.base import (
    Array,
    Example,
    Probe,
    RuleOptimizer,
    Term,
    Update,
    gradient_term,
    hyperparameter,
    learning_rate,
    momentum_factor,
    weight_decay,
)
from optexplorer.engine.optimizers.linear_algebra import dot
from optexplorer.engine.optimizers.terms import (
    direction_term,
    effective_rates,
    mean_term,
    pull_terms,
    scaled_step_term,
)
from optexplorer.text import Text

Blocks = tuple[Block, ...]


def _coefficient(default: float, symbol: str, power: int) -> Any:
    return hyperparameter(
        default,
        symbol,
        Text(f"Coefficient of order {power}", f"{power}次の係数"),
        Text(
            f"The coefficient of power {power} in the polynomial that makes singular values alike.",
            f"特異値を揃える多項式の{power}次の係数。",
        ),
        ge=-100,
        le=100,
    )


class MuonState(NamedTuple):
    """The moving average of gradients."""

    mean: Array


class Muon(RuleOptimizer):
    """Muon: each matrix of parameters moves along its averaged gradient with all singular values made nearly alike.

    A landscape's `blocks` tell its matrices; everything else counts as one column, of which nothing but the direction
    is left. As in `torch.optim.Muon`, except that PyTorch makes matrices orthogonal in bfloat16, three digits, and
    float64 is used here: so PyTorch cannot take the same steps.
    """

    id: ClassVar[str] = "muon"
    group: ClassVar[str] = "others"
    title: ClassVar[Text] = Text("Muon", "Muon")
    idea: ClassVar[Text] = Text(
        "Momentum whose matrix is made orthogonal, so that rare directions count as much as common ones.",
        "モメンタムの行列を直交化し、まれな方向もよく現れる方向と同じ重みで進む。",
    )
    shines: ClassVar[Text] = Text(
        "The weight matrices of large networks; on a plain point every step is about as long as the rate allows.",
        "大規模ネットワークの重み行列。ただの点では、毎ステップほぼ学習率どおりの長さで進む。",
    )
    fails: ClassVar[Text] = Text(
        "It never slows down near a minimum unless the rate does; vectors and embeddings want another optimizer.",
        "学習率を下げない限り、最小点の近くでも減速しない。ベクトルや埋め込みには向かない。",
    )
    reference: ClassVar[str] = (
        "Jordan et al. (2024), Muon: an optimizer for hidden layers in neural networks; "
        "rates: Liu et al. (2025), Muon is scalable for LLM training, arXiv:2502.16982"
    )
    formula: ClassVar[str] = (
        r"\begin{aligned} m_t &= \mu m_{t-1} + (1-\mu) g_t,\quad n_t = \mu m_t + (1-\mu) g_t \\"
        r" X_0 &= \frac{n_t}{\lVert n_t \rVert},\quad"
        r" X_{j+1} = a X_j + \left(b\, X_j X_j^{\top} + c\, (X_j X_j^{\top})^2\right) X_j \\"
        r" x_{t+1} &= (1 - \eta\lambda)\, x_t - \eta\, \sqrt{\max(1,\, A/B)}\; X_k \end{aligned}"
    )
    torch_class: ClassVar[str | None] = "Muon"
    examples: ClassVar[tuple[Example, ...]] = (
        Example({}),
        Example({"lr": 0.02, "weight_decay": 0.0}),
        Example({"lr": 0.02, "momentum": 0.5, "nesterov": False, "adjust_lr_fn": "match_rms_adamw"}),
        Example({"lr": 0.02, "ns_a": 1.5, "ns_b": -0.5, "ns_c": 0.0, "ns_steps": 8, "eps": 1e-3}),
        Example({"lr": 0}, "lr"),
        Example({"ns_steps": 100}, "ns_steps"),
        Example({"adjust_lr_fn": "never"}, "adjust_lr_fn"),
    )

    lr: float = learning_rate(1e-3)
    weight_decay: float = weight_decay(0.1)
    momentum: float = momentum_factor(0.95)
    nesterov: bool = hyperparameter(
        True,
        r"\mathrm{nes}",
        Text("Nesterov", "ネステロフ"),
        Text("Mix the newest gradient into the average once more.", "平均に最新の勾配をもう一度混ぜる。"),
    )
    ns_a: float = _coefficient(3.4445, "a", 1)
    ns_b: float = _coefficient(-4.775, "b", 3)
    ns_c: float = _coefficient(2.0315, "c", 5)
    eps: float = hyperparameter(
        1e-7,
        r"\epsilon",
        Text("Smallest norm", "ノルムの下限"),
        Text(
            "Matrices count as no smaller than this when they are normalised.",
            "正規化するときの行列のノルムの下限。",
        ),
        ge=0,
        le=1,
        logarithmic=True,
    )
    ns_steps: int = hyperparameter(
        5,
        "k",
        Text("Newton–Schulz steps", "ニュートン・シュルツ反復の回数"),
        Text(
            "How often the polynomial is applied; more make the matrix more orthogonal.",
            "多項式を適用する回数。",
        ),
        ge=0,
        lt=100,
    )
    adjust_lr_fn: Literal["original", "match_rms_adamw"] = hyperparameter(
        "original",
        r"\mathrm{adj}",
        Text("Rate and shape", "形状に応じた学習率"),
        Text(
            "How the shape of a matrix changes its rate: as its author has it, or to match the steps of AdamW.",
            "行列の形状による学習率の補正。原著の方式か、AdamWの更新量に合わせる方式か。",
        ),
    )

    def init(self, x: Array) -> MuonState:
        return MuonState(np.zeros_like(x))

    def bind(self, probe: Probe) -> Update:
        blocks: Blocks = getattr(probe, "blocks", ())
        return (
            partial(self._move, blocks=blocks) if any(len(shape) == 2 for _, shape in blocks) else self.update
        )

    def update(self, gradient: Array, state: MuonState, x: Array, lr: Any) -> tuple[Array, MuonState]:
        return self._move(gradient, state, x, lr, ())

    def _move(
        self, gradient: Array, state: MuonState, x: Array, lr: Any, blocks: Blocks
    ) -> tuple[Array, MuonState]:
        mean, mixed = self._averaged(gradient, state)
        step = self._orthogonal(mixed, blocks) * -lr
        if self.weight_decay:
            step -= (lr * self.weight_decay) * x
        return step, MuonState(mean)

    def _averaged(self, gradient: Array, state: MuonState) -> tuple[Array, Array]:
        """Return the moving average, and what is made orthogonal."""
        mean = gradient * (1 - self.momentum)
        mean += self.momentum * state.mean
        if not self.nesterov:
            return mean, mean
        mixed = gradient * (1 - self.momentum)
        mixed += self.momentum * mean
        return mean, mixed

    def _orthogonal(self, direction: Array, blocks: Blocks) -> Array:
        """Return the direction with each of its matrices made orthogonal, and scaled for its shape."""
        if not blocks:
            return self._column(direction)
        parts, first = [], 0
        for _, shape in blocks:
            part = direction[first : first + math.prod(shape)]
            first += len(part)
            parts.append(self._matrix(part, shape) if len(shape) == 2 else self._column(part))
        return np.concatenate(parts)

    def _column(self, direction: Array) -> Array:
        """Treat the whole direction as a matrix of one column, whose only singular value is its norm."""
        x = direction / np.maximum(np.sqrt(dot(direction, direction)), self.eps)
        for _ in range(self.ns_steps):
            gram = dot(x, x)
            x = self.ns_a * x + (self.ns_b * gram + self.ns_c * (gram * gram)) * x
        scaled: Array = x * self._ratio(len(x), 1)
        return scaled

    def _matrix(self, direction: Array, shape: tuple[int, ...]) -> Array:
        """Treat the direction, shape (rows * columns, ...), as a matrix of that shape."""
        rows, columns = shape
        stack = np.moveaxis(direction.reshape(rows, columns, *direction.shape[1:]), (0, 1), (-2, -1))
        # The smaller of the two products is the cheaper one.
        x = np.ascontiguousarray(stack.swapaxes(-2, -1) if rows > columns else stack)
        x = x / np.maximum(np.sqrt((x * x).sum(axis=(-2, -1), keepdims=True)), self.eps)
        for _ in range(self.ns_steps):
            gram = x @ x.swapaxes(-2, -1)
            x = self.ns_a * x + (self.ns_b * gram + self.ns_c * (gram @ gram)) @ x
        x = x.swapaxes(-2, -1) if rows > columns else x
        flat: Array = np.moveaxis(x, (-2, -1), (0, 1)).reshape(direction.shape)
        return flat * self._ratio(rows, columns)

    def _ratio(self, rows: int, columns: int) -> float:
        """Return what the rate of a matrix is multiplied by."""
        if self.adjust_lr_fn == "original":
            return math.sqrt(max(1, rows / columns))
        return 0.2 * math.sqrt(max(rows, columns))

    def explain(
        self, gradient: Array, state: MuonState, x: Array, lr: float, probe: Probe
    ) -> tuple[Term, ...]:
        blocks: Blocks = getattr(probe, "blocks", ())
        step, after = self._move(gradient, state, x, lr, blocks)
        _, mixed = self._averaged(gradient, state)
        direction = self._orthogonal(mixed, blocks)
        label = Text("average with the newest gradient mixed in", "最新の勾配を混ぜた平均")
        blend = Term("n", "n", label, "(1-<momentum>)*<g> + <momentum>*<m>", mixed, "first_moment")
        source = "n" if self.nesterov else "m"
        pull = pull_terms(self.weight_decay, x)
        along = rf"\mathrm{{NS}}_{{<ns_steps>}}(<{source}>)"
        rates = effective_rates(lr, direction, -lr * self.weight_decay * x)
        return (
            gradient_term(gradient),
            mean_term(after.mean, state.mean, decay="momentum"),
            *((blend,) if self.nesterov else ()),
            direction_term(along, direction, writing="value"),
            *pull,
            scaled_step_term("(<p> + <w>)" if pull else "<p>", step, rates),
        )
