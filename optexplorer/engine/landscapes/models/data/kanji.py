"""The kanji of the Japanese primary school."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

import numpy as np

from optexplorer.engine.declaration import hyperparameter
from optexplorer.engine.landscapes.models.data.base import Dataset, DataSource, Task
from optexplorer.engine.landscapes.models.data.packaged import packaged_table
from optexplorer.text import Text

_NAMES = ("strokes", "on readings", "kun readings")
_COLUMNS = {"strokes": (0,), "strokes-kun": (0, 2), "all": (0, 1, 2)}
_GRADES = 6


class Kanji(DataSource):
    """The 1,026 kanji of Japanese primary schools: strokes, readings, and the grade in which each is taught."""

    id: ClassVar[str] = "kanji"
    title: ClassVar[Text] = Text("School kanji", "教育漢字")
    idea: ClassVar[Text] = Text(
        "In which grade is a kanji taught? Those of few strokes come early, but no line tells it exactly.",
        "何年生で習う漢字か。画数の少ない字ほど早く習うが、直線では正確に当てられない。",
    )
    reference: ClassVar[str] = (
        "KANJIDIC, © the Electronic Dictionary Research and Development Group; used in conformance with the Group's "
        "licence, CC BY-SA"
    )
    words: ClassVar[Mapping[str, Text]] = {
        "strokes": Text("strokes", "画数"),
        "on readings": Text("on readings", "音読みの数"),
        "kun readings": Text("kun readings", "訓読みの数"),
        "grade": Text("grade", "学年"),
        **{f"grade {i + 1}": Text(f"grade {i + 1}", f"{i + 1}年") for i in range(_GRADES)},
    }

    features: Literal["strokes", "strokes-kun", "all"] = hyperparameter(
        "strokes",
        "x",
        Text("Features", "特徴量"),
        Text(
            "What is known of each kanji: its strokes; its strokes and kun readings; or its on readings as well.",
            "漢字について使う値。画数だけ、画数と訓読みの数、音読みの数を含むすべてのいずれか。",
        ),
        choices={
            "strokes": Text("strokes", "画数"),
            "strokes-kun": Text("strokes, kun readings", "画数、訓読みの数"),
            "all": Text("all", "すべて"),
        },
    )
    task: Task = hyperparameter(
        "regression",
        "y",
        Text("Task", "問題の種類"),
        Text(
            "Predict the grade as a number, or as one of six classes.",
            "学年を数として予測するか、6つのクラスとして予測するか。",
        ),
        choices={
            "regression": Text("regression", "回帰"),
            "classification": Text("classification", "分類"),
        },
    )

    def make(self) -> Dataset:
        _, *rows = packaged_table("kanji.csv")
        table = np.array([row[1:] for row in rows], dtype=np.float64)
        columns = list(_COLUMNS[self.features])
        inputs, names = table[:, columns], tuple(_NAMES[i] for i in columns)
        if self.task == "regression":
            return Dataset(inputs, table[:, -1], "regression", names, "grade")
        classes = tuple(f"grade {i + 1}" for i in range(_GRADES))
        return Dataset(inputs, table[:, -1] - 1, "classification", names, "grade", classes=classes)
