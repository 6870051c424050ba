"""Which example of a mini-batch a network is shown with, and what is said of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optexplorer.engine.landscapes.models.data.base import Dataset
from optexplorer.engine.landscapes.models.data.names import shown_names
from optexplorer.experiment.appearance import ExampleRef
from optexplorer.scene.geometry.ticks import brief
from optexplorer.scene.network.trace import Array, NetworkTrace
from optexplorer.text import Text


@dataclass(frozen=True, eq=False)
class ShownExample:
    """The example that values and gradients are shown of.

    Attributes
    ----------
    place : in the mini-batch, from 0; None for the mean of all
    batch : how many examples there are
    whole : whether these are all training examples
    inputs : shape (features,), as the network sees them
    target : what is to be predicted, in words; None for a mean
    prediction : what is predicted, in words; None for a mean
    loss : of the example, or the mean
    """

    place: int | None
    batch: int
    whole: bool
    inputs: Array
    target: Text | None
    prediction: Text | None
    loss: float

    def title(self) -> Text:
        """Return which example it is."""
        if self.place is None:
            of_en = "training examples" if self.whole else "examples of this mini-batch"
            of_ja = "訓練データ" if self.whole else "ミニバッチのデータ"
            return Text(f"Mean of the {self.batch} {of_en}", f"{of_ja}{self.batch}個の平均")
        of_en = "training examples" if self.whole else "this mini-batch"
        of_ja = "訓練データ" if self.whole else "ミニバッチのデータ"
        return Text(
            f"Example {self.place + 1} of {'the ' if self.whole else ''}{self.batch}"
            + (f" {of_en}" if self.whole else f" of {of_en}"),
            f"{of_ja} {self.place + 1} / {self.batch}",
        )

    def outcome(self, *, predicted: bool = True, lost: bool = True) -> Text:
        """Return target, prediction and loss in one line, as far as they are `predicted` and `lost`: known already."""
        loss = brief(self.loss)
        if self.target is None or self.prediction is None:
            return Text(f"mean loss {loss}", f"平均損失 {loss}") if lost else Text("", "")
        parts = [(f"target {self.target.en}", f"正解 {self.target.ja}")]
        if predicted:
            parts.append((f"predicted {self.prediction.en}", f"予測 {self.prediction.ja}"))
        if lost:
            parts.append((f"loss {loss}", f"損失 {loss}"))
        return Text(" · ".join(en for en, _ in parts), " · ".join(ja for _, ja in parts))


def chosen_place(example: ExampleRef, batch: int) -> int | None:
    """Return the place of an example among `batch`, the last one if there are fewer; None for their mean."""
    return None if example == "mean" else min(max(example, 0), batch - 1)


def shown_example(
    trace: NetworkTrace, data: Dataset, example: ExampleRef, *, whole: bool
) -> tuple[NetworkTrace, ShownExample]:
    """Return the trace of one example of a batch, or of their mean, and what is said of it."""
    place = chosen_place(example, trace.examples)
    one = trace.mean() if place is None else trace.only(place)
    loss = float(one.losses[0])
    target: Text | None = None
    prediction: Text | None = None
    if place is not None:
        predicted, wanted = one.predictions[0], float(one.targets[0])
        if data.task == "classification":
            target = shown_names(data).classes[int(wanted)]
            prediction = _class(predicted, data)
        else:
            target, prediction = _number(wanted), _number(float(predicted[0]))
    found = ShownExample(place, trace.examples, whole, one.inputs[0], target, prediction, loss)
    return one, found


def _number(value: float) -> Text:
    return Text(brief(value), brief(value))


def _class(probabilities: Array, data: Dataset) -> Text:
    if not np.isfinite(probabilities).all():
        return Text("—", "—")
    best = int(probabilities.argmax())
    name, share = shown_names(data).classes[best], f"{100 * float(probabilities[best]):.0f} %"
    return Text(f"{name.en} ({share})", f"{name.ja} ({share})")
