"""Converts the tree of a formula to an expression; constants are folded, sums over an index expanded."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from optexplorer.engine.landscapes.formula.expressions import Expression, Graph
from optexplorer.engine.landscapes.formula.syntax import Node

MAX_TERMS = 200
MAX_NODES = 4000
"""The most nodes that a formula may have when its sums are written out."""
MAX_EXPONENT = 64

Environment = Mapping[str, Expression]


def expression(tree: Node, graph: Graph) -> Expression:
    """Return the tree as an expression of the graph; its operations are those of the tree, from left to right.

    Raises
    ------
    optexplorer.engine.landscapes.formula.syntax.FormulaError
        If the formula is too large, or has a power or number out of bounds or a constant part without a real value.
    """
    return _Builder(graph).build(tree, {})


class _Builder:
    """Walks the tree once, with a budget for what sums expand to."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.nodes = 0
        self.terms = 0

    def build(self, node: Node, indices: Environment) -> Expression:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise node.error(
                f"the formula is too large: written out, its sums have more than {MAX_NODES} operations",
                f"数式が大きすぎる。総和を展開すると演算が{MAX_NODES}個を超える",
            )
        method: Callable[[Node, Environment], Expression] = getattr(self, f"build_{node.kind}")
        result = method(node, indices)
        if result.is_number and not math.isfinite(result.value):
            if node.kind == "number" or result.value == math.inf:
                raise node.error("this number is too large", "数が大きすぎる")
            raise node.error("this has no finite real value", "有限の実数値を持たない")
        return result

    def build_number(self, node: Node, indices: Environment) -> Expression:
        return self.graph.number(float(node.text))

    def build_name(self, node: Node, indices: Environment) -> Expression:
        if node.text in indices:
            return indices[node.text]
        if node.text in ("pi", "e"):
            return self.graph.number(math.pi if node.text == "pi" else math.e)
        return self.graph.symbol(node.text)

    def build_sum(self, node: Node, indices: Environment) -> Expression:
        parts = [self.build(part, indices) for part in node.parts]
        result = parts[0] if node.text[0] == "+" else -parts[0]
        for sign, part in zip(node.text[1:], parts[1:], strict=True):
            result = result + part if sign == "+" else result - part
        return result

    def build_product(self, node: Node, indices: Environment) -> Expression:
        result = self.build(node.parts[0], indices)
        for operator, part in zip(node.text[1:], node.parts[1:], strict=True):
            factor = self.build(part, indices)
            if operator == "/" and _is_zero(factor):
                raise part.error("division by zero", "0で割っている")
            result = result * factor if operator == "*" else result / factor
        return result

    def build_power(self, node: Node, indices: Environment) -> Expression:
        base_node, exponent_node = node.parts
        exponent = self.build(exponent_node, indices)
        if base_node.kind == "name" and base_node.text == "e":
            return self.graph.call("exp", exponent)
        base = self.build(base_node, indices)
        if exponent.is_number:
            if abs(exponent.value) > MAX_EXPONENT:
                raise exponent_node.error(
                    f"exponents can be at most {MAX_EXPONENT} in size",
                    f"指数の絶対値は{MAX_EXPONENT}以下にする",
                )
            if base.equals(0.0) and exponent.value < 0:
                raise node.error("division by zero", "0で割っている")
        return self.graph.power(base, exponent)

    def build_call(self, node: Node, indices: Environment) -> Expression:
        if node.text in ("sum", "prod"):
            return self.series(node, indices)
        arguments = tuple(self.build(part, indices) for part in node.parts)
        if node.text in ("where", "piecewise"):
            result = arguments[-1]
            for place in range(len(arguments) - 3, -1, -2):
                result = self.graph.choose(arguments[place], arguments[place + 1], result)
            return result
        return self.apply(node.text, arguments)

    def apply(self, name: str, arguments: tuple[Expression, ...]) -> Expression:
        graph, first = self.graph, arguments[0]
        if name == "relu":
            zero = graph.number(0.0)
            return graph.choose(graph.compare(first, "<=", zero), zero, first)
        called = _CALLED.get(name, name)
        if name not in ("min", "max", "hypot"):
            return graph.call(called, *arguments)
        for argument in arguments[1:]:
            first = graph.call(called, first, argument)
        return first

    def series(self, node: Node, indices: Environment) -> Expression:
        term, index, low, high = node.parts
        first, last = (self.whole_number(part, indices) for part in (low, high))
        self.terms += max(last - first + 1, 0)
        if self.terms > MAX_TERMS:
            raise node.error(
                f"all sums together can have at most {MAX_TERMS} terms",
                f"総和の項は合計{MAX_TERMS}個以内にする",
            )
        adds = node.text == "sum"
        result = self.graph.number(0.0 if adds else 1.0)
        for step in range(first, last + 1):
            part = self.build(term, {**indices, index.text: self.graph.number(float(step))})
            result = result + part if adds else result * part
        return result

    def whole_number(self, node: Node, indices: Environment) -> int:
        bound = self.build(node, indices)
        if not bound.is_number or not float(bound.value).is_integer():
            raise node.error("the bounds of a sum are whole numbers", "総和の上限と下限は整数である")
        return int(bound.value)

    def build_compare(self, node: Node, indices: Environment) -> Expression:
        sides = [self.build(part, indices) for part in node.parts]
        result = self.graph.condition(True)
        for left, operator, right in zip(sides, node.text.split(), sides[1:], strict=False):
            result = self.graph.both(result, self.graph.compare(left, operator, right))
        return result

    def build_and(self, node: Node, indices: Environment) -> Expression:
        result = self.graph.condition(True)
        for part in node.parts:
            result = self.graph.both(result, self.build(part, indices))
        return result

    def build_or(self, node: Node, indices: Environment) -> Expression:
        neither = self.graph.condition(True)
        for part in node.parts:
            neither = self.graph.both(neither, self.graph.negation(self.build(part, indices)))
        return self.graph.negation(neither)

    def build_not(self, node: Node, indices: Environment) -> Expression:
        return self.graph.negation(self.build(node.parts[0], indices))


def _is_zero(factor: Expression) -> bool:
    """Whether it is 0 wherever it is defined, which is no divisor."""
    return factor.equals(0.0) or (factor.operator == "-" and factor.parts[0] is factor.parts[1])


_CALLED = {
    "ln": "log", "atan2": "Angle", "cbrt": "CubeRoot", "abs": "Absolute", "sign": "Sign", "floor": "Floor",
    "ceil": "Ceil", "round": "Round", "mod": "Modulo", "min": "Minimum", "max": "Maximum", "sigmoid": "Sigmoid",
    "softplus": "Softplus", "erf": "ErrorFunction", "erfc": "ErrorComplement",
}  # fmt: skip
"""What functions of the grammar are called in `functions.NAMES`, where that is another name."""
