"""Brings the window's words in resources/translations up to date with the code.

    python tools/translations.py            # rewrite the files; new words come in unfinished
    python tools/translations.py --missing  # print the words that have no finished translation

The files are Qt Linguist's; words that the code no longer has are taken out.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "optexplorer"
FILES = {"ja": ROOT / "resources" / "translations" / "optexplorer_ja.ts"}
COMMANDS = "Commands"
Word = tuple[str, str]


def words() -> dict[Word, str]:
    """Return all (context, source) in the code, and the file in which each stands."""
    found: dict[Word, str] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        place = path.relative_to(ROOT).as_posix()
        constants = _constants(tree)
        helper = _helper_context(tree, constants)
        for word in _in(tree, "", constants, helper):
            found.setdefault(word, place)
    return found


def _constants(tree: ast.Module) -> dict[str, str]:
    return {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _helper_context(tree: ast.Module, constants: dict[str, str]) -> str | None:
    """The context in which a module's own function `_tr(source)` translates."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == "_tr":
            for call in ast.walk(node):
                if isinstance(call, ast.Call) and _name(call.func) == "translate":
                    return _text(call.args[0], constants)
    return None


def _in(node: ast.AST, context: str, constants: dict[str, str], helper: str | None) -> Iterator[Word]:
    if isinstance(node, ast.ClassDef):
        context = node.name
    if isinstance(node, ast.Call):
        name = _name(node.func)
        texts = [_text(argument, constants) for argument in node.args]
        if name == "tr" and texts and texts[0] is not None:
            yield context, texts[0]
        elif name == "translate" and len(texts) > 1 and texts[0] is not None and texts[1] is not None:
            yield texts[0], texts[1]
        elif name == "_tr" and helper and texts and texts[0] is not None:
            yield helper, texts[0]
        elif name == "Command" and len(texts) > 2 and texts[1] is not None and texts[2] is not None:
            yield COMMANDS, texts[1]
            yield COMMANDS, texts[2]
    for child in ast.iter_child_nodes(node):
        yield from _in(child, context, constants, helper)


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _text(node: ast.expr, constants: dict[str, str]) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return constants.get(node.id) if isinstance(node, ast.Name) else None


def translations(path: Path) -> dict[Word, str]:
    """Return the finished translations in a file."""
    found: dict[Word, str] = {}
    if not path.exists():
        return found
    for context in ElementTree.parse(path).getroot().iter("context"):
        for message in context.iter("message"):
            translation = message.find("translation")
            if translation is not None and translation.text and translation.get("type") != "unfinished":
                found[context.findtext("name", ""), message.findtext("source", "")] = translation.text
    return found


def write(path: Path, language: str, known: dict[Word, str]) -> None:
    """Write all words of the code to a file, with the translations that are known."""
    root = ElementTree.Element("TS", version="2.1", language=language, sourcelanguage="en")
    contexts: dict[str, ElementTree.Element] = {}
    for (context, source), place in sorted(words().items()):
        if context not in contexts:
            contexts[context] = ElementTree.SubElement(root, "context")
            ElementTree.SubElement(contexts[context], "name").text = context
        message = ElementTree.SubElement(contexts[context], "message")
        ElementTree.SubElement(message, "location", filename=f"../../{place}")
        ElementTree.SubElement(message, "source").text = source
        translation = ElementTree.SubElement(message, "translation")
        if (context, source) in known:
            translation.text = known[context, source]
        else:
            translation.set("type", "unfinished")
    ElementTree.indent(root, " ")
    text = ElementTree.tostring(root, encoding="unicode")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n{text}\n', encoding="utf-8")


def main(arguments: list[str]) -> int:
    for language, path in FILES.items():
        known = translations(path)
        if "--missing" in arguments:
            for context, source in sorted(words().keys() - known.keys()):
                print(f"{language}\t{context}\t{source!r}")
        else:
            write(path, language, known)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
