"""Writes the Markdown of a new lesson."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.racer import Racer
from optexplorer.experiment.share import brief
from optexplorer.text import Language, Text

_BARE = re.compile(r"[A-Za-z0-9_-]+")

_TEMPLATE = Text(
    """+++
id = "new-lesson"
title = "New lesson"
language = "en"
authors = []
time = 10
+++

# The first scene

What the class sees, in a few sentences. Mathematics stands between dollar signs: $x_{{t+1}} = x_t - \\eta\\, g_t$.

```toml experiment
{experiment}```

```notes
Only the speaker sees this.
```
""",
    """+++
id = "new-lesson"
title = "新しい授業"
language = "ja"
authors = []
time = 10
+++

# 最初の場面

この場面で見せることを数文で書きます。数式はドル記号で囲みます: $x_{{t+1}} = x_t - \\eta\\, g_t$。

```toml experiment
{experiment}```

```notes
このメモは話し手にだけ見えます。
```
""",
)


def lesson_from(experiment: Experiment, language: Language) -> str:
    """Return the Markdown of a lesson of one scene that shows an experiment; read again, it is equal.

    What has its default is left out, so that the author sees what matters.
    """
    fields = brief(experiment)
    racers = zip(fields.get("racers", []), experiment.racers, strict=True)
    fields["racers"] = [
        {**entry, "optimizer": _with_rate(entry["optimizer"], racer)} for entry, racer in racers
    ]
    return _TEMPLATE.in_language(language).format(experiment="\n".join(_lines(fields, ())) + "\n")


def _with_rate(entry: str | dict[str, Any], racer: Racer) -> dict[str, Any]:
    """Return an optimizer as a lesson has it, its learning rate always among the settings."""
    settings = {"id": entry} if isinstance(entry, str) else entry
    return {"id": racer.optimizer.id, "lr": racer.optimizer.lr, **settings}


def _lines(table: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[str]:
    """Yield the lines of a table in TOML: its values, then the tables in it, each under its header."""
    tables = {key: value for key, value in table.items() if isinstance(value, dict) and value}
    arrays = {key: value for key, value in table.items() if _is_array_of_tables(value)}
    yield from _values(
        {key: value for key, value in table.items() if key not in tables and key not in arrays}
    )
    for key, inner in tables.items():
        name = (*path, _key(key))
        yield f"[{'.'.join(name)}]"
        yield from _lines(inner, name)
    for key, entries in arrays.items():
        for entry in entries:
            yield f"[[{'.'.join((*path, _key(key)))}]]"
            yield from _values(entry)


def _values(table: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of the values of a table, tables among them written in one line."""
    return (
        f"{_key(key)} = {_value(value)}" for key, value in table.items() if value is not None and value != {}
    )


def _is_array_of_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(entry, dict) for entry in value)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        # JSON's strings are TOML's, but for one control character that JSON leaves as it is.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, dict):
        return f"{{ {', '.join(_values(value))} }}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    return repr(value)


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _value(key)
