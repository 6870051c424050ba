"""The multilayer perceptron: layers of units, each a weighted sum with an activation."""

from __future__ import annotations

from numbers import Integral
from typing import ClassVar, Self

import numpy as np
from pydantic import field_validator, model_validator

from optexplorer.engine.declaration import hyperparameter
from optexplorer.engine.landscapes.models.data.base import DataError, Dataset
from optexplorer.engine.landscapes.models.predictors.base import Array, Examples, Model, Predictor
from optexplorer.engine.landscapes.models.predictors.network.activations import (
    ACTIVATION_WORDS,
    ACTIVATIONS,
    ActivationName,
)
from optexplorer.engine.landscapes.models.predictors.network.initialisation import InitName
from optexplorer.engine.landscapes.models.predictors.network.predictor import (
    NetworkPredictor,
    NetworkSettings,
)
from optexplorer.engine.landscapes.models.predictors.requirements import need_several_classes
from optexplorer.engine.landscapes.models.predictors.settings import initial_seed, initial_sigma
from optexplorer.text import Text

MOST_LAYERS = 6
"""Most hidden layers."""
MOST_UNITS = 512
"""Most units of a hidden layer."""
MOST_VALUES = 20_000_000
"""Most values of hidden units over all examples: 160 MB each for sums, activations and slopes."""
WRITTEN_OUT = 2
"""Most hidden layers that a formula writes out."""


class MLP(Model):
    """h₁ = φ(W₁x + b₁), h₂ = φ(W₂h₁ + b₂), …, and the outputs W h + b of the last hidden layer h."""

    id: ClassVar[str] = "mlp"
    title: ClassVar[Text] = Text("Multilayer perceptron", "多層パーセプトロン")
    idea: ClassVar[Text] = Text(
        "A neural network: each neuron weighs all outputs of the layer before it, adds a bias and bends the sum. Its loss "
        "has many valleys, equal ones among them, since neurons can change places.",
        "ニューラルネットワーク。各ニューロンは前の層の全出力に重みを掛けて足し、バイアスを加え、活性化関数に通す。"
        "ニューロンを入れ替えても同じ関数になるので、損失には同じ谷がいくつもある。",
    )
    reference: ClassVar[str] = (
        "Rumelhart, Hinton & Williams (1986), Learning representations by back-propagating errors."
    )

    hidden: tuple[int, ...] = hyperparameter(
        (16,),
        r"n_{\mathrm{hidden}}",
        Text("Hidden layers", "隠れ層"),
        Text(
            f"How many neurons each hidden layer has: up to {MOST_LAYERS} layers of up to {MOST_UNITS} neurons. "
            "Without any, the outputs are weighted sums of the inputs.",
            f"各隠れ層のニューロン数。{MOST_LAYERS}層、各層{MOST_UNITS}個まで。空なら出力は入力の重み付き和になる。",
        ),
    )
    activation: ActivationName = hyperparameter(
        "tanh",
        r"\varphi",
        Text("Activation", "活性化関数"),
        Text(
            "What each hidden neuron makes of its weighted sum.",
            "隠れ層の各ニューロンが重み付き和に適用する関数。",
        ),
        choices=ACTIVATION_WORDS,
    )
    init: InitName = hyperparameter(
        "xavier",
        r"W_0",
        Text("Initial weights", "重みの初期値"),
        Text(
            "zeros: all 0. normal: of standard deviation σ. xavier: uniform up to √(6 / (inputs + outputs)). "
            "he: normal of standard deviation √(2 / inputs). Biases begin at 0.",
            "zeros: すべて0。normal: 標準偏差σの正規分布。xavier: √(6 / (入力数 + 出力数)) までの一様分布。"
            "he: 標準偏差√(2 / 入力数)の正規分布。バイアスの初期値は0。",
        ),
        choices={
            "zeros": Text("zeros", "すべて0"),
            "normal": Text("normal", "正規分布"),
            "xavier": Text("Xavier", "Xavier"),
            "he": Text("He", "He"),
        },
    )
    sigma: float = initial_sigma(
        0.1, Text("The standard deviation of normal initial weights.", "正規分布の初期値の標準偏差。")
    )
    seed: int = initial_seed()
    weight_decay: float = hyperparameter(
        0.0,
        r"\lambda",
        Text("Weight decay", "重み減衰"),
        Text(
            "Half of this times the sum of all squared weights is added to the loss; biases do not count.",
            "重みの2乗和にこの値の半分を掛けて、損失に加える。バイアスは含めない。",
        ),
        ge=0,
        le=1,
    )
    dropout: float = hyperparameter(
        0.0,
        "p",
        Text("Dropout", "ドロップアウト"),
        Text(
            "The probability with which each hidden neuron is switched off for each example of a mini-batch.",
            "ミニバッチの各データで、隠れ層の各ニューロンを無効にする確率。",
        ),
        ge=0,
        lt=1,
    )
    batch_norm: bool = hyperparameter(
        False,
        r"\mathrm{BN}",
        Text("Batch normalisation", "バッチ正規化"),
        Text(
            "Whether the sums of each hidden neuron are shifted and scaled by their mean and variance over the batch, then "
            "by γ and β, which are learned.",
            "隠れ層の各ニューロンの重み付き和を、バッチ内の平均と分散で正規化し、さらにγ倍してβを足すかどうか。γとβも学習する。",
        ),
    )

    @field_validator("hidden", mode="before")
    @classmethod
    def _split(cls, given: object) -> object:
        """Return the units that a command line gives with commas between them: `16,16`, or nothing for no layers."""
        if isinstance(given, Integral):
            raise ValueError(f"hidden: the units of each layer are a list, such as [{int(given)}]")
        if isinstance(given, list | tuple) and any(isinstance(units, bool) for units in given):
            raise ValueError("hidden: the units of each layer are whole numbers, not true or false")
        if not isinstance(given, str):
            return given
        parts = [part.strip() for part in given.split(",")] if given.strip() else []
        if not all(part.isdecimal() and len(part) < 7 for part in parts):
            raise ValueError(
                f"hidden: up to {MOST_LAYERS} layers of 1 to {MOST_UNITS} units each, such as 16,16"
            )
        return tuple(parts)

    @model_validator(mode="after")
    def _hidden_within_bounds(self) -> Self:
        if len(self.hidden) > MOST_LAYERS:
            raise ValueError(f"hidden: {len(self.hidden)} layers are too many; right are 0 to {MOST_LAYERS}")
        for units in self.hidden:
            if not 1 <= units <= MOST_UNITS:
                raise ValueError(
                    f"hidden: a layer of {units} neurons is not allowed; right are 1 to {MOST_UNITS}"
                )
        return self

    def predictor(self, data: Dataset) -> NetworkPredictor:
        need_several_classes(data)
        if sum(self.hidden) * data.examples > MOST_VALUES:
            most = MOST_VALUES // sum(self.hidden)
            raise DataError(
                Text(
                    f"{sum(self.hidden)} hidden neurons are too many for {data.examples} examples; right are at most "
                    f"{most} examples, or {MOST_VALUES // data.examples} neurons",
                    f"データ{data.examples}個に対して、隠れ層のニューロン{sum(self.hidden)}個は多すぎる。"
                    f"データを{most}個まで、またはニューロンを{MOST_VALUES // data.examples}個までにする",
                )
            )
        outputs = len(data.classes) if data.task == "classification" else 1
        settings = NetworkSettings(
            self.activation,
            self.init,
            self.sigma,
            self.seed,
            self.weight_decay,
            self.dropout,
            self.batch_norm,
        )
        return NetworkPredictor((data.features, *self.hidden, outputs), data.task, settings)

    def latex(self, data: Dataset) -> str:
        output = self._output_latex()
        numbers, classes = (
            rf"\left({output} - y_i\right)^2",
            rf"-\log \mathrm{{softmax}}_{{y_i}}\left({output}\right)",
        )
        each = numbers if data.task == "regression" else classes
        decay = r" + \frac{\lambda}{2} \left\|W\right\|^2" if self.weight_decay else ""
        return rf"\frac{{1}}{{N}} \sum_{{i=1}}^{{N}} {each}{decay}"

    def _output_latex(self) -> str:
        """Return the outputs as a formula of the inputs."""
        if len(self.hidden) > WRITTEN_OUT:
            return r"f_\theta(\mathbf{x}_i)"
        inner = r"\mathbf{x}_i"
        for layer in range(1, len(self.hidden) + 1):
            sums = rf"W_{layer} {inner} + \mathbf{{b}}_{layer}"
            if self.batch_norm:
                sums = rf"\mathrm{{BN}}_{layer}\left({sums}\right)"
            symbol = ACTIVATIONS[self.activation].symbol
            inner = rf"{symbol}\left({sums}\right)"
        last = len(self.hidden) + 1
        return rf"W_{last} {inner} + \mathbf{{b}}_{last}"

    def domain(
        self, predictor: Predictor, start: Array, examples: Examples
    ) -> tuple[tuple[float, float], ...]:
        half = max(5.0, 2.0 * float(np.ceil(np.abs(start).max())))
        return ((-half, half),) * predictor.dimension
