"""Work out the operators and functions of plain sums, and a few more. All others are unknown."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterator
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal, InvalidOperation
from typing import Protocol

from pipeline.collect.formulas.parsing import FunctionCall, Node, UnknownError

Result = float | str | bool | None
"""The value of a formula or a part of it; None for a reference to a blank cell."""
_MOST_WHOLE = 1e15
"""A whole number below this is written into a text with all its digits."""
_NEAR = 1e-9
"""Numbers closer than this may be equal in one program and different in another."""


class Sight(Protocol):
    """How a formula gets its values (see ``evaluating``)."""

    def value(self, node: Node) -> Result:
        """Return the value of a part."""

    def number(self, node: Node) -> float:
        """Return the value of a part as a number."""

    def numbers(self, node: Node) -> Iterator[float]:
        """Yield the numbers of an argument."""


Function = Callable[[Sight, FunctionCall], Result]


def _surely(number: float) -> float:
    """Return a finite number; raise ``UnknownError`` for any other."""
    if not math.isfinite(number):
        raise UnknownError
    return number


def _reckoning(reckon: Callable[[float, float], float]) -> Function:
    """Return an operator on two numbers; what Python can't work out is unknown."""

    def worked_out(sight: Sight, call: FunctionCall) -> Result:
        left, right = (sight.number(node) for node in call.arguments)
        try:
            result = reckon(left, right)
        except (ArithmeticError, ValueError) as error:
            raise UnknownError from error
        if isinstance(result, complex):
            raise UnknownError
        return _surely(result)

    return worked_out


def _of_all(reckon: Callable[[list[float]], float]) -> Function:
    """Return a function of all numbers of all arguments."""

    def worked_out(sight: Sight, call: FunctionCall) -> Result:
        numbers = [number for node in call.arguments for number in sight.numbers(node)]
        return _surely(float(reckon(numbers)))

    return worked_out


def _of_one(reckon: Callable[[float], float]) -> Function:
    """Return a function of one number."""

    def worked_out(sight: Sight, call: FunctionCall) -> Result:
        if len(call.arguments) != 1:
            raise UnknownError
        return _surely(float(reckon(sight.number(call.arguments[0]))))

    return worked_out


def _average(numbers: list[float]) -> float:
    if not numbers:
        raise UnknownError
    return math.fsum(numbers) / len(numbers)


def _floor(number: float) -> float:
    """Round down; unknown just below a whole number, where programs differ."""
    if number != round(number) and math.isclose(number, round(number), abs_tol=_NEAR):
        raise UnknownError
    return math.floor(number)


def _rounding(way: str) -> Function:
    """Return a function that rounds as on paper: the 15 digits seen, not the binary value."""

    def worked_out(sight: Sight, call: FunctionCall) -> Result:
        if len(call.arguments) != 2:  # noqa: PLR2004 the number and its digits
            raise UnknownError
        number, digits = map(sight.number, call.arguments)
        if not (number and abs(digits) <= 15):  # noqa: PLR2004
            return 0.0 if not number else _unknown()
        try:
            return float(
                Decimal(f"{number:.15g}").quantize(Decimal(1).scaleb(-int(digits)), rounding=way)
            )
        except InvalidOperation as error:
            raise UnknownError from error

    return worked_out


def _unknown() -> Result:
    raise UnknownError


def _comparing(compare: Callable[[float, float], bool], *, texts: bool) -> Function:
    """Return a comparison. Texts are only compared for equality, without case."""

    def worked_out(sight: Sight, call: FunctionCall) -> Result:
        left, right = (sight.value(node) for node in call.arguments)
        if isinstance(left, bool) or isinstance(right, bool):
            raise UnknownError
        if isinstance(left, str) or isinstance(right, str):
            if not texts or isinstance(left, float) or isinstance(right, float):
                raise UnknownError
            return bool(compare((left or "").casefold(), (right or "").casefold()))  # type: ignore[arg-type]
        first, second = float(left or 0), float(right or 0)
        if first != second and math.isclose(first, second, rel_tol=_NEAR, abs_tol=_NEAR):
            raise UnknownError
        return bool(compare(first, second))

    return worked_out


def _is_true(sight: Sight, node: Node) -> bool:
    return bool(sight.number(node))


def _if(sight: Sight, call: FunctionCall) -> Result:
    if len(call.arguments) not in (2, 3):
        raise UnknownError
    condition, *ways = call.arguments
    if _is_true(sight, condition):
        return _given(sight.value(ways[0]))
    return _given(sight.value(ways[1])) if len(ways) > 1 else False


def _given(value: Result) -> Result:
    """Return the value; 0 for None, as a missing branch or a blank cell gives."""
    return 0.0 if value is None else value


def _joined(sight: Sight, call: FunctionCall) -> Result:
    return "".join(_as_text(sight.value(node)) for node in call.arguments)


def _as_text(value: Result) -> str:
    """Return a value as text; unknown where programs differ: fractions, truth values."""
    if isinstance(value, bool) or (
        isinstance(value, float) and not (value.is_integer() and abs(value) < _MOST_WHOLE)
    ):
        raise UnknownError
    return f"{value:.0f}" if isinstance(value, float) else value or ""


def _sign(factor: float) -> Function:
    """Return the sign before an operand. "+" leaves any value as it is."""

    def worked_out(sight: Sight, call: FunctionCall) -> Result:
        value = sight.value(call.arguments[0])
        return value if factor > 0 else factor * sight.number(call.arguments[0])

    return worked_out


FUNCTIONS: dict[str, Function] = {
    "+": _reckoning(operator.add),
    "-": _reckoning(operator.sub),
    "*": _reckoning(operator.mul),
    "/": _reckoning(operator.truediv),
    "^": _reckoning(operator.pow),
    "-1": _sign(-1.0),
    "+1": _sign(1.0),
    "%": _of_one(lambda number: number / 100),
    "&": _joined,
    "=": _comparing(operator.eq, texts=True),
    "<>": _comparing(operator.ne, texts=True),
    "<": _comparing(operator.lt, texts=False),
    ">": _comparing(operator.gt, texts=False),
    "<=": _comparing(operator.le, texts=False),
    ">=": _comparing(operator.ge, texts=False),
    "SUM": _of_all(math.fsum),
    "PRODUCT": _of_all(lambda numbers: math.prod(numbers) if numbers else 0.0),
    "MIN": _of_all(lambda numbers: min(numbers, default=0.0)),
    "MAX": _of_all(lambda numbers: max(numbers, default=0.0)),
    "AVERAGE": _of_all(_average),
    "ABS": _of_one(abs),
    "INT": _of_one(_floor),
    "ROUND": _rounding(ROUND_HALF_UP),
    "ROUNDUP": _rounding(ROUND_UP),
    "ROUNDDOWN": _rounding(ROUND_DOWN),
    "IF": _if,
}
"""Operators and functions by name."""
