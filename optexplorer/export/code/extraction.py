"""Extracts the update rule of an optimizer, schedule or gradient source from its class as short NumPy code.

The declared values are put in, branches that they switch off are left out, and whatever the rule calls comes with
it. So a script follows the rule itself, not a copy of it, and a new optimizer has one the moment it exists.
"""

from __future__ import annotations

import ast
import inspect
import math
import textwrap
from collections.abc import Callable, Collection, Mapping
from types import FunctionType, ModuleType
from typing import Any

import numpy
from pydantic import BaseModel

from optexplorer.engine.recorded_arithmetic import square_root
from optexplorer.export.code.names import SCRIPT_NAMES
from optexplorer.export.code.simplification import Known, is_self, simplified

_OWN = "optexplorer"
_PLAIN = (bool, int, float, str, tuple, frozenset)
"""Values that are written as they are."""
_MOST_DEFINITIONS = 60
_MOST_NUMBERS = 64
"""Most numbers of an array that is written out."""


class CodeError(ValueError):
    """A racer for which no script can be written: why, in one line."""


class Extraction:
    """Collects definitions in the order in which a script needs them."""

    def __init__(self) -> None:
        self.imports: set[str] = set()
        self.definitions: dict[str, str] = {}
        self._named: dict[str, tuple[str, Any]] = {}
        """By name in the script: the name of a definition or module in its own module, and the thing itself."""
        self._attributes: set[str] = set()
        """The names that any definition so far uses of anything."""
        self._models: dict[tuple[type[BaseModel], str], str] = {}

    def source(self) -> str:
        """Return all definitions as one text."""
        return "\n\n\n".join(self.definitions.values())

    def model(self, model: BaseModel, entries: Collection[str], moving: Collection[str] = ()) -> str:
        """Add a class that does what `model` does through the methods `entries`; return its name.

        Parameters
        ----------
        moving : fields that the script changes on the way, and whose present values decide nothing
        """
        kind = type(model)
        key = (kind, repr(model))
        if key in self._models:
            return self._models[key]
        fields = {name: getattr(model, name) for name in kind.model_fields}
        nested = {
            name: self.model(value, _entries_of(value))
            for name, value in fields.items()
            if isinstance(value, BaseModel)
        }
        known: Known = {
            name: value for name, value in fields.items() if name not in nested and name not in moving
        }
        methods = self._methods(model, entries, known)
        used = set().union(*(self._attributes_of_self(method) for method in methods.values()))
        lines = [
            f"    {name} = {nested[name]}()" if name in nested else f"    {name} = {value!r}"
            for name, value in fields.items()
            if name in used or name in ("lr", *moving)
        ]
        lines += [
            f"    {name} = {getattr(kind, name)!r}"
            for name in sorted(used - fields.keys())
            if isinstance(getattr(kind, name, None), _PLAIN)
        ]
        bodies = [textwrap.indent(ast.unparse(method), "    ") for method in methods.values()]
        name = self._free(kind.__name__)
        self._models[key] = name
        self._named[name] = name, model
        self._add(
            name, "\n\n".join([f"class {name}:\n" + "\n".join(lines) if lines else f"class {name}:", *bodies])
        )
        return name

    def function_of(
        self, model: BaseModel, method: str, name: str, prepare: Callable[[ast.FunctionDef], None]
    ) -> tuple[str, tuple[str, ...]]:
        """Add a function that does what a method does, with the fields it uses as arguments.

        Parameters
        ----------
        name : what the function is called, if that is free
        prepare : changes the tree of the method before anything that it uses is followed

        Returns
        -------
        tuple
            The name of the function, and those of its arguments.
        """
        kind = type(model)
        function = inspect.getattr_static(kind, method)
        if not isinstance(function, FunctionType):
            raise CodeError(f"{kind.__name__}.{method} cannot be written as a script")
        tree = self._tree(function)
        prepare(tree)
        used = self._attributes_of_self(tree)
        arguments = tuple(name for name in kind.model_fields if name in used)
        if used - set(arguments) or any(
            isinstance(node, ast.Name) and node.id in arguments for node in ast.walk(tree)
        ):
            raise CodeError(f"{kind.__name__}.{method} uses more than its settings")
        tree = _PlainSettings().visit(tree)
        tree.name = self._free(name)
        tree.args.args = [ast.arg(argument) for argument in arguments]
        ast.fix_missing_locations(tree)
        self._named[tree.name] = name, model
        self._follow(tree, function.__globals__)
        self._add(tree.name, ast.unparse(tree))
        return tree.name, arguments

    def _methods(
        self, model: BaseModel, entries: Collection[str], known: Known
    ) -> dict[str, ast.FunctionDef]:
        """Return the methods that `entries` reach, as trees, in the order in which they are first met."""
        kind = type(model)
        found: dict[str, ast.FunctionDef] = {}
        waiting = list(entries)
        while waiting:
            name = waiting.pop(0)
            if name in found:
                continue
            attribute = inspect.getattr_static(kind, name)
            is_property = isinstance(attribute, property)
            function = attribute.fget if is_property else attribute
            if not isinstance(function, FunctionType):
                raise CodeError(f"{kind.__name__}.{name} cannot be written as a script")
            answers = _answers(model, kind, known)
            tree = simplified(self._tree(function), known, answers)
            tree.decorator_list = [ast.Name("property")] if is_property else []
            found[name] = tree
            self._follow(tree, function.__globals__)
            own = self._attributes_of_self(tree)
            waiting += sorted(
                name
                for name in own - kind.model_fields.keys()
                if hasattr(kind, name)
                and not hasattr(BaseModel, name)
                and not isinstance(getattr(kind, name), _PLAIN)
            )
        return found

    def _attributes_of_self(self, method: ast.FunctionDef) -> set[str]:
        """Return the names that a method uses of `self`; where it passes `self` on, all names that anyone uses."""
        owned = [node for node in ast.walk(method) if isinstance(node, ast.Attribute) and is_self(node.value)]
        bare = sum(is_self(node) for node in ast.walk(method)) > len(owned)
        return {node.attr for node in owned} | (self._attributes if bare else set())

    def _tree(self, function: FunctionType) -> ast.FunctionDef:
        try:
            source = textwrap.dedent(inspect.getsource(function))
        except OSError as error:
            raise CodeError(f"the source of {function.__qualname__} is not at hand") from error
        (tree,) = ast.parse(source).body
        assert isinstance(tree, ast.FunctionDef)
        plain = _WithMathRoots().visit(_WithoutAnnotations().visit(tree))
        assert isinstance(plain, ast.FunctionDef)
        return plain

    def _follow(self, tree: ast.AST, scope: Mapping[str, Any]) -> None:
        """Add whatever of the module's own names the tree uses; attributes of our modules become plain names."""
        self._attributes |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        plain_names = _PlainNames(scope)
        plain_names.visit(tree)
        scope = {"math": math, **scope, **plain_names.moved}
        own = {
            node.id if isinstance(node, ast.Name) else node.arg
            for node in ast.walk(tree)
            if isinstance(node, ast.arg) or (isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and node.id in scope and node.id not in own:
                node.id = self._define(node.id, scope[node.id])

    def _define(self, original: str, value: Any) -> str:
        """Add what a module calls `original` unless it is there already; return its name in the script."""
        for name, (known, other) in self._named.items():
            if known == original and (value is other or (isinstance(value, _PLAIN) and value == other)):
                return name
        name = original if value is numpy or value is math else self._free(original)
        self._named[name] = original, value
        if isinstance(value, ModuleType):
            plain = value.__name__
            self.imports.add(f"import {plain}" if plain == name else f"import {plain} as {name}")
        elif isinstance(value, FunctionType) and value.__module__.startswith(_OWN):
            tree = simplified(self._tree(value), {}, lambda _: None)
            self._follow(tree, value.__globals__)
            tree.name = name
            self._add(name, ast.unparse(tree))
        elif isinstance(value, type) and value.__module__.startswith(_OWN):
            self._define_class(name, value)
        elif isinstance(value, _PLAIN):
            self._add(name, f"{name} = {value!r}")
        elif isinstance(value, numpy.ndarray) and value.size <= _MOST_NUMBERS:
            self.imports.add("import numpy as np")
            self._add(name, f"{name} = np.array({value.tolist()!r})")
        elif callable(value):
            alias = "" if name == original else f" as {name}"
            self.imports.add(f"from {value.__module__} import {original}{alias}")
        else:
            raise CodeError(f"{original} cannot be written as a script")
        return name

    def _define_class(self, name: str, kind: type) -> None:
        if issubclass(kind, tuple) and hasattr(kind, "_fields"):
            self.imports.add("from collections import namedtuple")
            fields = " ".join(kind._fields)
            # Only plain values: what else a field may hold by itself, a script has no use for.
            defaults = tuple(value for value in getattr(kind, "_field_defaults").values() if value is None)  # noqa: B009
            more = f", defaults={defaults!r}" if defaults else ""
            self._add(name, f'{name} = namedtuple("{name}", "{fields}"{more})')
            return
        if issubclass(kind, BaseModel):
            raise CodeError(f"{name} is made on the way, which a script cannot follow")
        (tree,) = ast.parse(textwrap.dedent(inspect.getsource(kind))).body
        plain = _WithoutAnnotations().visit(tree)
        assert isinstance(plain, ast.ClassDef)
        self._follow(plain, vars(inspect.getmodule(kind)))
        plain.name = name
        self._add(name, ast.unparse(plain))

    def _free(self, name: str) -> str:
        """Return a name for a definition that nothing else in the script has."""
        number, free = 1, name
        while free in self._named or free in SCRIPT_NAMES:
            number += 1
            free = f"{name}{number}"
        return free

    def _add(self, name: str, source: str) -> None:
        if len(self.definitions) >= _MOST_DEFINITIONS:
            raise CodeError("the rule is too long for a script")
        self.definitions[name] = source


def _entries_of(model: BaseModel) -> tuple[str, ...]:
    """Return the methods by which a model inside another is used."""
    from optexplorer.engine.optimizers.base import Optimizer

    if isinstance(model, Optimizer):
        return ("init", "bind")
    return ("rates", "rates_after", "warmed_up_rate", "momenta", "begin", "rate", "observe")


def _answers(model: BaseModel, kind: type[BaseModel], known: Known) -> Any:
    """Return what tells the value of a method that answers with yes or no from the fields alone."""

    def answer(name: str) -> bool | None:
        method = inspect.getattr_static(kind, name, None)
        if isinstance(method, property):
            value = getattr(model, name)
        elif isinstance(method, FunctionType) and len(inspect.signature(method).parameters) == 1:
            value = getattr(model, name)()
        else:
            return None
        return value if isinstance(value, bool) else None

    return answer


class _PlainNames(ast.NodeTransformer):
    """Turns attributes of our own modules into plain names."""

    def __init__(self, scope: Mapping[str, Any]) -> None:
        self._scope = scope
        self.moved: dict[str, Any] = {}
        """What the plain names stand for: `line_search.backtracking` has become `backtracking`."""

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.value, ast.Name):
            module = self._scope.get(node.value.id)
            if isinstance(module, ModuleType) and module.__name__.startswith(_OWN):
                self.moved[node.attr] = getattr(module, node.attr)
                return ast.Name(node.attr, ast.Load())
        return node


class _PlainSettings(ast.NodeTransformer):
    """Puts plain names in place of the fields of `self`."""

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        return ast.Name(node.attr, node.ctx) if is_self(node.value) else node


class _WithMathRoots(ast.NodeTransformer):
    """Puts `math.sqrt` in place of `square_root`, which is the same of numbers."""

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id != square_root.__name__:
            return node
        return ast.Attribute(ast.Name("math", ast.Load()), "sqrt", ast.Load())


class _WithoutAnnotations(ast.NodeTransformer):
    """Leaves out types, decorators and all lines of documentation but the first."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        node.decorator_list = [
            d for d in node.decorator_list if isinstance(d, ast.Name) and d.id == "property"
        ]
        for argument in (*node.args.args, *node.args.posonlyargs, *node.args.kwonlyargs):
            argument.annotation = None
        _shorten_documentation(node)
        self.generic_visit(node)
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        _shorten_documentation(node)
        self.generic_visit(node)
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:
        self.generic_visit(node)
        if node.value is None:
            return None
        return ast.copy_location(ast.Assign([node.target], node.value), node)


def _shorten_documentation(node: ast.FunctionDef | ast.ClassDef) -> None:
    text = ast.get_docstring(node)
    if text is not None and isinstance(node.body[0], ast.Expr):
        node.body[0].value = ast.Constant(text.splitlines()[0])
