"""`optexplorer list`: lists landscapes, optimizers and other entries as text or, with --json, as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from optexplorer.text import LANGUAGES, Text

if TYPE_CHECKING:
    from optexplorer.engine.declaration import Hyperparameter
    from optexplorer.engine.landscapes.base import Landscape

_KINDS = ("landscapes", "datasets", "models", "optimizers", "schedules", "sources", "lessons")


@click.command("list")
@click.argument("kind", type=click.Choice(_KINDS), metavar="KIND")
@click.option("--json", "as_json", is_flag=True, help="As a JSON array, with everything that is known.")
def list_(kind: str, as_json: bool) -> None:
    """List landscapes, data, models, optimizers, schedules or gradient sources, with their parameters; or lessons."""
    special = {"landscapes": _landscapes, "lessons": _lessons}
    entries = special[kind]() if kind in special else _models(kind)
    if as_json:
        click.echo(json.dumps(entries, indent=1))
        return
    width = max(22, *(len(entry["id"]) for entry in entries))
    for entry in entries:
        click.echo(f"{entry['id']:<{width}} {entry['name']}")
        for line in _lines(entry):
            click.echo(f"    {line}")


def _models(kind: str) -> list[dict[str, Any]]:
    from optexplorer.engine import gradient_sources, optimizers, schedules
    from optexplorer.engine.declaration import hyperparameters
    from optexplorer.engine.landscapes.models import data, predictors
    from optexplorer.engine.landscapes.models.pairing import synthetic_and_shipped

    catalogue: Any = {
        "datasets": data,
        "models": predictors,
        "optimizers": optimizers,
        "schedules": schedules,
        "sources": gradient_sources,
    }[kind]
    return [
        {
            "id": id,
            **_both("name", model.title),
            **_both("idea", model.idea),
            **{
                name: getattr(model, name)
                for name in ("reference", "formula", "torch_class")
                if hasattr(model, name)
            },
            "parameters": [_parameter(parameter) for parameter in hyperparameters(model)],
        }
        for id in (synthetic_and_shipped() if kind == "datasets" else catalogue.ids())
        for model in [catalogue.get(id)]
    ]


def _parameter(parameter: Hyperparameter) -> dict[str, Any]:
    from pydantic import BaseModel

    from optexplorer.engine.declaration import flat

    default = parameter.default
    return {
        "name": parameter.name,
        "kind": parameter.kind,
        "default": flat(default) if isinstance(default, BaseModel) else default,
        "low": parameter.low,
        "high": parameter.high,
        "low_open": parameter.low_open,
        "high_open": parameter.high_open,
        "choices": list(parameter.choices),
        "bounds": parameter.bounds(),
        **_both("label", parameter.label),
        **_both("help", parameter.help),
    }


def _landscapes() -> list[dict[str, Any]]:
    from optexplorer.engine import landscapes
    from optexplorer.engine.landscapes import personal

    for problem in personal.load().problems:
        click.echo(f"optexplorer: {problem}", err=True)
    return [_landscape(landscape) for landscape in landscapes.all()]


def _landscape(landscape: Landscape) -> dict[str, Any]:
    from optexplorer.engine.landscapes.formula.definition import FormulaDefinition

    definition = landscape.definition
    return {
        "id": landscape.id,
        **_both("name", landscape.name),
        "group": landscape.group,
        **_both("lesson", landscape.lesson),
        "source": landscape.source,
        "formula": definition.formula if isinstance(definition, FormulaDefinition) else None,
        "domain": dict(zip(landscape.variables, map(list, landscape.domain), strict=True)),
        "start": list(landscape.start),
        "minima": [{"position": list(m.position), "value": m.value} for m in landscape.minima],
        "parameters": [
            {"name": name, "default": p.value, "low": p.low, "high": p.high}
            for name, p in (definition.sliders() if definition else {}).items()
        ],
    }


def _lessons() -> list[dict[str, Any]]:
    from optexplorer import lessons
    from optexplorer.lessons.reading import number_of_scenes, read_front_matter

    entries = []
    for id in lessons.ids():
        files = {language: lessons.file_of(id, language) for language in LANGUAGES}
        english, japanese = (read_front_matter(files[language]) for language in ("en", "ja"))
        entries.append(
            {
                "id": id,
                **_both("name", Text(english.title, japanese.title)),
                **_both("summary", Text(english.summary, japanese.summary)),
                "scenes": number_of_scenes(files["en"]),
                "minutes": english.time,
                "files": {language: str(path) for language, path in files.items()},
            }
        )
    return entries


def _both(key: str, text: Text) -> dict[str, str]:
    return {key: text.en, f"{key}_ja": text.ja}


def _lines(entry: dict[str, Any]) -> list[str]:
    """Return what is said about an entry below its name."""
    if "scenes" in entry:
        return [entry["summary"], f"{entry['scenes']} scenes, {entry['minutes']} minutes"]
    lines = []
    if "domain" in entry:
        lines.append(
            "; ".join(f"{low:g} <= {name} <= {high:g}" for name, (low, high) in entry["domain"].items())
        )
        for minimum in entry["minima"]:
            place = ", ".join(f"{coordinate:.6g}" for coordinate in minimum["position"])
            lines.append(f"minimum {minimum['value']:.6g} at ({place})")
        lines += [
            f"{p['name']} = {p['default']:g}, {p['low']:g} to {p['high']:g}" for p in entry["parameters"]
        ]
        return lines
    for p in entry["parameters"]:
        default = p["default"]["id"] if isinstance(p["default"], dict) else p["default"]
        shown = f"{default:g}" if p["kind"] == "float" else str(default).strip("()")
        assignment = f"{p['name']} = {shown}"
        lines.append(f"{assignment:<32}{p['bounds'] or p['kind']}")
    return lines
