"""What models ask of data: each function raises a `DataError` that says what is missing and what would be right."""

from __future__ import annotations

from typing import Protocol

from optexplorer.engine.landscapes.models.data.base import DataError, Dataset
from optexplorer.engine.landscapes.models.data.names import shown_names
from optexplorer.text import Text


class Titled(Protocol):
    """A model, with its name."""

    @property
    def id(self) -> str:
        """The id, such as `mlp`."""

    @property
    def title(self) -> Text:
        """The name in both languages."""


def need_several_classes(data: Dataset) -> None:
    """Raise if the examples are all of one class; data for regression always pass."""
    if data.task == "classification" and (data.targets == data.targets[0]).all():
        name = shown_names(data).classes[int(data.targets[0])]
        raise DataError(
            Text(
                f"all {data.examples} examples to train on are of one class, '{name.en}'; at least two classes are needed",
                f"訓練データ{data.examples}個がすべて同じクラス「{name.ja}」である。2つ以上のクラスが必要である",
            )
        )


def need_two_classes(model: Titled, data: Dataset) -> None:
    """Raise if there are not exactly two classes, with examples of both."""
    need_several_classes(data)
    if len(data.classes) != 2:
        raise DataError(
            Text(
                f"the model '{model.id}' tells two classes apart, but the data have {len(data.classes)}: "
                f"{', '.join(data.classes[:8])}; 'mlp' takes any number",
                f"モデル「{model.title.ja}」は2クラスを分けるものだが、データには{len(data.classes)}クラスある。"
                "多クラスには多層パーセプトロンを使う",
            )
        )


def need_one_feature(model: Titled, data: Dataset) -> None:
    """Raise if the examples have more than one feature."""
    if data.features == 1:
        return
    if data.image_shape is not None:
        rows, columns = data.image_shape
        raise DataError(
            Text(
                f"the model '{model.id}' takes one feature, but the data are images of {rows} × {columns} pixels; "
                "'mlp' takes images",
                f"モデル「{model.title.ja}」の特徴量は1つだが、データは{rows}×{columns}画素の画像である。"
                "画像には多層パーセプトロンを使う",
            )
        )
    names = shown_names(data).inputs[:8]
    raise DataError(
        Text(
            f"the model '{model.id}' takes one feature, but the data have {data.features}: "
            f"{', '.join(name.en for name in names)}; choose one of them",
            f"モデル「{model.title.ja}」の特徴量は1つだが、データには{data.features}個ある"
            f"({'、'.join(name.ja for name in names)})。1つを選ぶ",
        )
    )
