"""The user's own landscapes: one file each, in the user's data folder."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from optexplorer.atomic_write import write_atomically
from optexplorer.engine.landscapes.base import LandscapeDefinition
from optexplorer.engine.landscapes.registry import MOST_BYTES, read_file
from optexplorer.text import Text, printable
from optexplorer.user_folders import data_folder

LONGEST_NAME = 60
MOST_FILES = 500
_SUFFIXES = (".json", ".toml")


class Personal(NamedTuple):
    """The contents of the folder: landscapes by id, and one error line for each file that is invalid."""

    definitions: dict[str, LandscapeDefinition]
    problems: tuple[str, ...]


def folder() -> Path:
    """Return the folder of the user's landscapes; it need not exist."""
    return data_folder() / "landscapes"


def load() -> Personal:
    """Read the folder; files that have not changed are not read again."""
    definitions: dict[str, LandscapeDefinition] = {}
    problems: list[str] = []
    try:
        paths = sorted(path for path in folder().iterdir() if path.suffix in _SUFFIXES)
    except FileNotFoundError:
        return Personal({}, ())
    except OSError as error:
        return Personal({}, (f"{folder().name}: {error.strerror or error}",))
    if len(paths) > MOST_FILES:
        problems.append(f"{folder().name}: only the first {MOST_FILES} files are read")
    for path in paths[:MOST_FILES]:
        if printable(path.stem) != path.stem:
            # It would be the landscape's id, which lists and files have to hold.
            problems.append(f"{printable(path.name)}: the name of this file is no UTF-8; rename it")
            continue
        try:
            stat = path.stat()
            definitions[path.stem] = _read(path, stat.st_mtime_ns, stat.st_size)
        except ValueError as error:
            problems.append(str(error))
        except OSError as error:
            problems.append(f"{path.name}: {error.strerror or error}")
    return Personal(definitions, tuple(problems))


@lru_cache(maxsize=MOST_FILES)
def _read(path: Path, changed: int, size: int) -> LandscapeDefinition:
    return read_file(path).as_own()


def save(definition: LandscapeDefinition, taken: Container[str] = ()) -> str:
    """Write a landscape into the folder and return its id, made of its name.

    A landscape of the same name is replaced; an id in `taken` is avoided.

    Raises
    ------
    ValueError
        If it has no name, or holds more data than could be read back.
    OSError
        If it cannot be written; nothing has then changed.
    """
    name = definition.name.en.strip() or definition.name.ja.strip()
    if not name or len(name) > LONGEST_NAME:
        raise ValueError(
            Text(
                f"a landscape needs a name of 1 to {LONGEST_NAME} characters",
                f"地形には1文字から{LONGEST_NAME}文字の名前が必要である",
            )
        )
    data = definition.model_dump_json(indent=1).encode()
    if len(data) > MOST_BYTES:
        raise ValueError(
            Text(
                f"the landscape's file would have {len(data):,} bytes; at most {MOST_BYTES:,} can be read back. "
                "Save the experiment instead: it holds the data too",
                f"地形のファイルが {len(data):,} バイトになる。読み込めるのは {MOST_BYTES:,} バイトまで。"
                "代わりに実験を保存すると、データも含まれる",
            )
        )
    mine = load().definitions
    same = (id for id, other in mine.items() if other.name == definition.name)
    id = next(same, None) or _free_id(name, (*mine,), taken)
    folder().mkdir(parents=True, exist_ok=True)
    write_atomically(folder() / f"{id}.json", data)
    (folder() / f"{id}.toml").unlink(missing_ok=True)
    return id


def rename(id: str, name: str, taken: Container[str] = ()) -> str:
    """Give one of the landscapes another name, and return the id that it then has.

    Raises
    ------
    KeyError
        If there is none of that id.
    ValueError
        If the name is empty, too long, or that of another.
    OSError
        If it cannot be written.
    """
    mine = load().definitions
    named = mine[id].model_copy(update={"name": Text(name.strip(), name.strip())})
    if any(other.name == named.name for key, other in mine.items() if key != id):
        raise ValueError(
            Text(
                f"another landscape is called '{name.strip()}' already; choose another name",
                f"「{name.strip()}」という地形がすでにある。別の名前を選ぶ",
            )
        )
    new = save(named, taken)
    if new != id:
        delete(id)
    return new


def delete(id: str) -> None:
    """Remove a landscape's file, if there is one.

    Raises
    ------
    OSError
        If it cannot be removed.
    """
    for suffix in _SUFFIXES:
        (folder() / f"{id}{suffix}").unlink(missing_ok=True)


def _free_id(name: str, mine: Container[str], taken: Container[str]) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "own-landscape"
    id, number = stem, 1
    while id in mine or id in taken:
        number += 1
        id = f"{stem}-{number}"
    return id
