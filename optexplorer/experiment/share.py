"""An experiment as a short text that fits into a message or a link, and back.

The text is `optx2:` and then, in base64 for links (RFC 4648, section 5), the packed JSON of what differs from the
defaults. The number is the version of the experiment files whose fields it holds.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import zlib
from typing import Any

from optexplorer.engine.declaration import make
from optexplorer.engine.gradient_sources.base import GradientSource
from optexplorer.engine.optimizers.base import Optimizer
from optexplorer.engine.schedules.base import Schedule
from optexplorer.experiment import files
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.files import FileError
from optexplorer.experiment.migrations import VERSION
from optexplorer.experiment.racer import Racer, placed
from optexplorer.text import Text

MOST_CHARACTERS = 200_000
"""The length of the longest text that is read."""
MOST_UNPACKED = 2**20
"""The most bytes of JSON that are unpacked from a text."""

_TEXT = re.compile(r"optx([0-9]{1,6}):([A-Za-z0-9_=-]*)")
_EXAMPLE = f"optx{VERSION}:eNqr…"


def to_text(experiment: Experiment) -> str:
    """Return the experiment as one word that is safe in links.

    Raises
    ------
    optexplorer.experiment.files.FileError
        If it would be too long to be read back.
    """
    packed = zlib.compress(json.dumps(brief(experiment), separators=(",", ":")).encode(), 9)
    text = f"optx{VERSION}:{base64.urlsafe_b64encode(packed).decode().rstrip('=')}"
    if len(text) > MOST_CHARACTERS:
        raise FileError(
            Text(
                f"the text would have {len(text):,} characters; save the experiment as a file instead",
                f"テキストが {len(text):,} 文字になる。代わりにファイルとして保存する",
            )
        )
    return text


def from_text(text: str) -> Experiment:
    """Return the experiment in a text; line breaks and spaces, as mail programs add them, do not matter.

    Raises
    ------
    optexplorer.experiment.files.FileError
        If there is none; one line that says why.
    """
    if len(text) > MOST_CHARACTERS:
        raise FileError(
            Text(
                f"the text has {len(text):,} characters; at most {MOST_CHARACTERS:,} are read",
                f"テキストが {len(text):,} 文字ある。読めるのは {MOST_CHARACTERS:,} 文字まで",
            )
        )
    found = _TEXT.fullmatch("".join(text.split()))
    if found is None:
        raise FileError(
            Text(
                f"this text holds no experiment; a shared experiment looks like {_EXAMPLE}",
                f"このテキストに実験は含まれていない。共有された実験は {_EXAMPLE} のような形をしている",
            )
        )
    code = found[2].rstrip("=")
    try:
        packed = base64.urlsafe_b64decode(code + "=" * (-len(code) % 4))
    except binascii.Error as error:
        raise FileError(
            Text("the text is damaged: characters are missing", "テキストが壊れている。文字が足りない")
        ) from error
    fields = files.parse(files.unpacked(packed, MOST_UNPACKED))
    if isinstance(fields, dict):
        fields["version"] = int(found[1])
    return files.read_fields(fields)


def brief(experiment: Experiment) -> dict[str, Any]:
    """Return the fields of the experiment's file that differ from their defaults."""
    plain = Experiment(landscape=experiment.landscape)
    fields = _differing(experiment.model_dump(mode="json"), plain.model_dump(mode="json"))
    if experiment.racers:
        # With the colours and streams of their places, as racers have that name none.
        usual = placed([Racer(optimizer=racer.optimizer) for racer in experiment.racers])
        fields["racers"] = [_brief_racer(*pair) for pair in zip(experiment.racers, usual, strict=True)]
        streams = [racer.stream for racer in experiment.racers]
        if streams != [racer.stream for racer in usual]:
            # Which stream a racer has that names none depends on those that others name: all name theirs.
            for told, stream in zip(fields["racers"], streams, strict=True):
                told["stream"] = stream
    return {"landscape": _brief_landscape(experiment), **fields}


def _brief_landscape(experiment: Experiment) -> Any:
    landscape = experiment.landscape
    if isinstance(landscape, str):
        return landscape
    return {"kind": landscape.kind, **landscape.model_dump(mode="json", exclude_defaults=True)}


def _brief_racer(racer: Racer, usual: Racer) -> dict[str, Any]:
    """Return the fields of a racer's file that differ from those of `usual`, and in each part from its defaults."""
    fields = _differing(racer.model_dump(mode="json"), usual.model_dump(mode="json"))
    for name, part in (("schedule", racer.schedule), ("source", racer.source)):
        if part is not None and name in fields:
            fields[name] = brief_part(part)
    return {**fields, "optimizer": brief_part(racer.optimizer)}


def brief_part(part: Optimizer | Schedule | GradientSource) -> str | dict[str, Any]:
    """Return an optimizer, schedule or source as in a file, without settings at their defaults; perhaps only its id."""
    plain = make(type(part), {}).model_dump(mode="json")
    settings = {name: value for name, value in part.model_dump(mode="json").items() if value != plain[name]}
    return {"id": part.id, **settings} if settings else part.id


def _differing(fields: dict[str, Any], plain: dict[str, Any]) -> dict[str, Any]:
    """Return the fields that are not as in `plain`; of a nested object too, where both have one."""
    found = {}
    for name, value in fields.items():
        other = plain.get(name)
        if value == other:
            continue
        if name in ("view", "appearance", "camera") and isinstance(value, dict) and isinstance(other, dict):
            value = _differing(value, other)
        found[name] = value
    return found
