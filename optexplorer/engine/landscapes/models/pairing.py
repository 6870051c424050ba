"""Which models can learn from which data, and how data and model are changed so that they fit each other."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

from pydantic import ValidationError

from optexplorer.engine.landscapes.models import data as data_sources
from optexplorer.engine.landscapes.models import predictors
from optexplorer.engine.landscapes.models.data.base import DataError, Dataset, DataSource
from optexplorer.engine.landscapes.models.data.given import Given
from optexplorer.engine.landscapes.models.definition import ModelDefinition
from optexplorer.engine.landscapes.models.predictors.base import Model
from optexplorer.text import Text, words_of

PREFERRED = ("linear", "logistic", "mlp")
"""Models that are taken first where one has to be found."""


class Changed(NamedTuple):
    """A changed definition; `note` says what else had to be changed, empty if nothing."""

    definition: ModelDefinition
    note: Text = Text("", "")


def misfit(model: Model, data: Dataset) -> Text | None:
    """Return why `model` cannot learn from `data`, or None if it can."""
    if data.task not in model.tasks:
        if data.task == "classification":
            return Text(
                f"{model.title.en} predicts numbers, but these data have classes",
                f"{model.title.ja}は数値を予測するモデルだが、このデータの正解はクラスである",
            )
        return Text(
            f"{model.title.en} predicts classes, but these data have numbers",
            f"{model.title.ja}はクラスを予測するモデルだが、このデータの正解は数値である",
        )
    try:
        model.predictor(data)
    except DataError as error:
        return error.message
    return None


@lru_cache(maxsize=16)
def fitting_models(data: Dataset) -> tuple[str, ...]:
    """Return the ids of the models that can learn from `data` with their default settings, preferred ones first."""
    found = [id for id in predictors.ids() if misfit(predictors.get(id)(), data) is None]
    return tuple(sorted(found, key=lambda id: PREFERRED.index(id) if id in PREFERRED else len(PREFERRED)))


def synthetic_and_shipped() -> tuple[str, ...]:
    """Return the ids of the data sources that need nothing from the person: all but their own table."""
    return tuple(id for id in data_sources.ids() if data_sources.get(id) is not Given)


def with_data(definition: ModelDefinition, data: DataSource) -> Changed:
    """Return the definition with other data, and where its model cannot learn from them, with one that can.

    Raises
    ------
    ValueError
        If nothing can be learned from the data (`DataError` within pydantic's error).
    """
    dataset = data.load()
    reason = misfit(definition.model, dataset)
    if reason is None:
        return Changed(changed(definition, data=data))
    fitting = fitting_models(dataset)
    if not fitting:
        raise DataError(reason)
    model = predictors.get(fitting[0])()
    note = Text(
        f"{reason.en}: the model is now {model.title.en}.",
        f"{reason.ja}ので、モデルを{model.title.ja}に替えた。",
    )
    return Changed(changed(definition, data=data, model=model), note)


def changed(definition: ModelDefinition, **fields: Any) -> ModelDefinition:
    """Return the definition with other fields, all checked; of another kind of data or model it loses its name.

    Raises
    ------
    pydantic.ValidationError
        If they do not fit together; its cause is a `DataError`.
    """
    kept = {name: getattr(definition, name) for name in type(definition).model_fields}
    new = {**kept, **fields}
    same_data = type(new["data"]) is type(definition.data)
    same_model = type(new["model"]) is type(definition.model)
    if not (same_data and same_model):
        new.update(lesson=Text("", ""), source="")
    if not (same_data and (same_model or isinstance(definition.data, Given))):
        # A table of one's own is called by its file, whatever learns from it.
        new.update(name=Text("", ""))
    return type(definition).model_validate(new)


def problem_of(error: ValueError) -> Text:
    """Return what an error says in both languages, whether raised by data or found by pydantic around one."""
    if isinstance(error, ValidationError):
        detail = error.errors(include_url=False)[0]
        cause = detail.get("ctx", {}).get("error")
        if isinstance(cause, ValueError):
            return problem_of(cause)
        place = ".".join(map(str, detail["loc"]))
        return Text(*[f"{place}: {detail['msg']}"] * 2)
    return error.message if isinstance(error, DataError) else words_of(error)
