"""Experiment files: JSON with a version, validated when it is read.

An `.optx` file is a JSON object: `format` and `version` first, then the fields of `Experiment`.
"""

from __future__ import annotations

import json
import math
import re
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import ValidationError

from optexplorer import bounded_input
from optexplorer.atomic_write import write_atomically
from optexplorer.experiment.experiment import Experiment
from optexplorer.experiment.migrations import VERSION, up_to_date
from optexplorer.experiment.validation_messages import shown, validation_message
from optexplorer.text import Text, words_of

SUFFIX = ".optx"
MEDIA_TYPE = "application/x-optexplorer"
FORMAT = "optexplorer"

MOST_BYTES = 16 * 2**20
"""The size of the largest file that is read."""
DEEPEST = 24
"""Lists and objects inside one another that are still read."""
MOST_VALUES = 50_000
"""Values, and lists and objects of them, that are still read; heights of a painted landscape are one."""
MOST_DIGITS = 25
"""Digits of the longest whole number; any that a field may hold is shorter."""

_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
"""How JSON writes half of a character that lies beyond 16 bits."""


class FileError(ValueError):
    """A file that holds no experiment: why, in one line, as `Text` where a person is likely to meet it."""


def to_json(experiment: Experiment) -> bytes:
    """Return the contents of an experiment file: everything, so that later defaults change nothing in it."""
    fields = {"format": FORMAT, "version": VERSION, **experiment.model_dump(mode="json")}
    return json.dumps(fields, ensure_ascii=False, indent=1, allow_nan=False).encode() + b"\n"


def readable_json(experiment: Experiment) -> bytes:
    """Return the contents of an experiment file after reading them back: what cannot be read is never written.

    Raises
    ------
    FileError
        If the experiment could not be read back, or not as it is; why, in one line.
    """
    try:
        data = to_json(experiment)
        found = from_json(data)
    except ValueError as error:
        # A number that is not finite, half a character, or whatever the checks of a file refuse.
        raise FileError(f"it could not be read again: {error}") from error
    if found != experiment:
        fields = ", ".join(
            name for name in Experiment.model_fields if getattr(found, name) != getattr(experiment, name)
        )
        raise FileError(f"it could not be read again as it is: {fields} would change")
    return data


def from_json(data: bytes) -> Experiment:
    """Return the experiment that a file holds, of this or any earlier version.

    Raises
    ------
    FileError
        If it holds none; one line that names the field and what would be right.
    """
    return read_fields(parse(data))


def read_fields(fields: object) -> Experiment:
    """Return the experiment that the fields of a file stand for.

    Raises
    ------
    FileError
        If they stand for none.
    """
    if not isinstance(fields, dict):
        raise FileError(f'this is {_kind(fields)}; an experiment is an object like {{"landscape": ...}}')
    if "format" in fields and fields["format"] != FORMAT:
        raise FileError(f"format = {shown(fields['format'])} is not allowed; it is '{FORMAT}'")
    version = fields.get("version", 0)
    if isinstance(version, bool) or not isinstance(version, int) or version < 0:
        raise FileError(f"version = {shown(version)} is not allowed; it is a whole number, now {VERSION}")
    if version > VERSION:
        raise FileError(
            Text(
                f"the file has version {version}, made by a newer optexplorer; this one reads up to version {VERSION}",
                f"ファイルの版は {version} で、新しいoptexplorerが作ったもの。このoptexplorerが読めるのは版 {VERSION} まで",
            )
        )
    current = up_to_date({key: value for key, value in fields.items() if key != "version"}, version)
    current.pop("format", None)
    try:
        return Experiment.model_validate(current)
    except ValidationError as error:
        raise FileError(validation_message(error, Experiment)) from error


def parse(data: bytes) -> Any:
    """Return the JSON value in `data`, where it is small, shallow, finite and unambiguous.

    Raises
    ------
    FileError
        If it is not.
    """
    if len(data) > MOST_BYTES:
        raise FileError(_too_large(len(data)))
    _check_nesting(data)
    try:
        value = json.loads(
            data.decode("utf-8-sig"),
            object_pairs_hook=_unambiguous,
            parse_constant=_refuse_constant,
            parse_int=_whole_number,
            parse_float=_finite_number,
        )
    except UnicodeDecodeError as error:
        raise FileError(
            Text(
                f"it is no text: byte {error.start} is not UTF-8",
                f"テキストではない。{error.start} バイト目がUTF-8でない",
            )
        ) from error
    except json.JSONDecodeError as error:
        at = f"line {error.lineno}, column {error.colno}"
        raise FileError(
            Text(
                f"it is damaged or no JSON: {error.msg.lower()} at {at}",
                f"壊れているかJSONではない。{error.lineno}行{error.colno}文字目 ({error.msg.lower()})",
            )
        ) from error
    if _SURROGATE.search(data):
        _check_characters(value)
    return value


def _check_nesting(data: bytes) -> None:
    """Refuse too many values, and lists in too many lists, in time and memory linear in the data's size."""
    # What is left of quotes without the escaped ones is where texts begin and end.
    characters = np.frombuffer(data.replace(rb"\\", b"").replace(rb"\"", b""), np.uint8)
    outside = np.bitwise_xor.accumulate(characters == ord('"')) == 0
    opening = ((characters == ord("[")) | (characters == ord("{"))) & outside
    closing = ((characters == ord("]")) | (characters == ord("}"))) & outside
    # Eight bits are enough: what is deeper than they can count has been seen too deep before.
    depth = np.cumsum(opening.view(np.int8) - closing.view(np.int8), dtype=np.int8)
    if depth.max(initial=0) > DEEPEST:
        raise FileError(
            Text(
                f"it is nested too deeply; at most {DEEPEST} levels are allowed",
                f"入れ子が深すぎる。{DEEPEST}段まで",
            )
        )
    if np.count_nonzero(opening | ((characters == ord(",")) & outside)) > MOST_VALUES:
        raise FileError(
            Text(
                f"it has too many values; at most {MOST_VALUES:,} are allowed",
                f"値が多すぎる。{MOST_VALUES:,}個まで",
            )
        )


def _check_characters(value: object) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        half = f"\\u{ord(error.object[error.start]):04x}"
        raise FileError(f"it holds {half}, half of a character, without the other half") from error


def _unambiguous(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise FileError(f"'{shown(key)}' is given twice; once is right")
        found[key] = value
    return found


def _refuse_constant(text: str) -> float:
    raise FileError(f"{text} is no number that JSON knows; numbers are finite")


def _whole_number(text: str) -> int:
    if len(text.lstrip("-")) > MOST_DIGITS:
        raise FileError(f"the number {shown(text)} is too long; at most {MOST_DIGITS} digits are allowed")
    return int(text)


def _finite_number(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise FileError(f"the number {shown(text)} is too large; numbers are at most 1.8e308")
    return value


def _kind(value: object) -> str:
    kinds = {list: "a list", str: "a text", bool: "true or false", type(None): "null"}
    return kinds.get(type(value), "a number")


def _too_large(size: int) -> Text:
    return Text(
        f"it has {size:,} bytes; experiments have at most {MOST_BYTES:,}",
        f"大きさが {size:,} バイトある。実験は {MOST_BYTES:,} バイトまで",
    )


def read_bounded(path: str | Path, most: int = MOST_BYTES) -> bytes:
    """Return the bytes of a regular file of at most `most` bytes; of any other nothing is read.

    Raises
    ------
    FileError
        If it is too large, or no regular file.
    OSError
        If it cannot be read.
    """
    try:
        return bounded_input.read_bounded(path, most)
    except bounded_input.RefusedFileError as error:
        raise FileError(words_of(error)) from error


def unpacked(packed: bytes, most: int = MOST_BYTES) -> bytes:
    """Return what zlib packed into `packed`, if that is at most `most` bytes.

    Raises
    ------
    FileError
        If it is damaged or larger; no more than `most` bytes are ever unpacked.
    """
    unpacker = zlib.decompressobj()
    try:
        data = unpacker.decompress(packed, most)
    except zlib.error as error:
        raise FileError("the packed experiment is damaged") from error
    if unpacker.unconsumed_tail:
        raise FileError(f"the packed experiment is larger than {most:,} bytes")
    if not unpacker.eof:
        raise FileError("the packed experiment is damaged: its end is missing")
    return data


def read(path: str | Path) -> Experiment:
    """Return the experiment in a file.

    Raises
    ------
    FileError
        If the file holds none; one line that says why.
    OSError
        If it cannot be read.
    """
    return from_json(read_bounded(path))


def write(path: str | Path, experiment: Experiment) -> None:
    """Write the experiment to a file, whole or not at all.

    Raises
    ------
    FileError
        If it could not be read again.
    OSError
        If it cannot be written. In both cases what was there before is still there.
    """
    write_atomically(path, readable_json(experiment))
