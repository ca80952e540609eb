"""Parse formulas as files write them; raise ``UnknownError`` for what isn't surely understood.

The grammar is that of Excel's formulas in English (ECMA-376-1, 18.17). Names, other workbooks,
tables, arrays, unions and intersections are left out: a formula with one of them is not judged.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from pipeline.collect.formats.limits import COLUMNS, ROWS
from pipeline.office.addresses import index


class UnknownError(Exception):
    """Nothing certain can be said of a formula, or of a value that it needs."""


@dataclass(frozen=True)
class Literal:
    """A number, text or truth value in a formula; None for an argument that is left out."""

    value: float | str | bool | None


class Bound(NamedTuple):
    """One end of a range: row, column, and whether each stays when the formula is copied."""

    row: int
    column: int
    row_stays: bool
    column_stays: bool


@dataclass(frozen=True)
class Reference:
    """A cell or a range; ``sheet`` is blank for the formula's own."""

    sheet: str
    first: Bound
    last: Bound
    is_range: bool


@dataclass(frozen=True)
class FunctionCall:
    """A function or operator with its arguments.

    ``name`` is in capitals; "-1" and "+1" are signs before an operand.
    """

    name: str
    arguments: tuple[Node, ...]


Node = Literal | Reference | FunctionCall
_MOST_CHARACTERS, _DEEPEST = 8192, 40
"""The longest formula of Excel, and how deep its parts may be nested here."""
_SHEET = r"(?:(?:'((?:[^'\[\]]|'')++)'|([^\W\d][\w.]*+))!)?+"
"""The sheet before an address, quoted or plain; no other workbook."""
_TOKEN = re.compile(
    r"[ \n\r\t]*+(?:"
    r'(?P<text>"(?:[^"]|"")*+")'
    rf"|(?P<place>{_SHEET}(?:(\$?)([A-Z]{{1,3}})(\$?)([0-9]{{1,7}})"
    r"(?::(\$?)([A-Z]{1,3})(\$?)([0-9]{1,7}))?+"
    r"|(\$?)([A-Z]{1,3}):(\$?)([A-Z]{1,3})|(\$?)([0-9]{1,7}):(\$?)([0-9]{1,7}))(?![\w.(!:\[#]))"
    r"|(?P<number>(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)(?:E[+-]?[0-9]++)?+(?![\w.:]))"
    r"|(?P<call>[A-Z][A-Z0-9.]*+)\("
    r"|(?P<truth>TRUE|FALSE)(?![\w.(!:\[])"
    r"|(?P<sign><=|>=|<>|[-+*/^&=<>%(),])"
    r")",
    re.IGNORECASE,
)
_LEVELS = (("=", "<>", "<=", ">=", "<", ">"), ("&",), ("+", "-"), ("*", "/"), ("^",))
"""Operators between two operands, from loosest to tightest. All go from left to right."""


@lru_cache(maxsize=4096)
def parse(formula: str) -> Node:
    """Return the tree of a formula without its "="; raise ``UnknownError`` if not understood."""
    if len(formula) > _MOST_CHARACTERS:
        raise UnknownError
    reader = _Reader(_tokens(formula))
    node = reader.expression()
    if reader.kind:
        raise UnknownError
    return node


def _tokens(formula: str) -> list[re.Match[str]]:
    tokens, place, end = [], 0, len(formula.rstrip())
    while place < end:
        token = _TOKEN.match(formula, place)
        if token is None:
            raise UnknownError
        tokens.append(token)
        place = token.end()
    return tokens


class _Reader:
    """Reads the tokens of one formula (recursive descent)."""

    def __init__(self, tokens: Sequence[re.Match[str]]) -> None:
        self._tokens, self._at, self._depth = tokens, 0, 0

    @property
    def kind(self) -> str:
        """The kind of the next token; blank at the end."""
        return str(self._tokens[self._at].lastgroup) if self._at < len(self._tokens) else ""

    @property
    def _sign(self) -> str:
        return self._tokens[self._at]["sign"] if self.kind == "sign" else ""

    def expression(self, level: int = 0) -> Node:
        """Read operands and operators from a level of ``_LEVELS`` on."""
        if level == len(_LEVELS):
            return self._signed()
        node = self.expression(level + 1)
        while self._sign in _LEVELS[level]:
            name = self._next()["sign"]
            node = FunctionCall(name, (node, self.expression(level + 1)))
        return node

    def _next(self) -> re.Match[str]:
        if self._at == len(self._tokens):
            raise UnknownError
        self._at += 1
        return self._tokens[self._at - 1]

    def _signed(self) -> Node:
        """Read an operand with its signs before it and its percent signs behind it."""
        if self._sign in ("+", "-"):
            return self._deeper(lambda: FunctionCall(f"{self._next()['sign']}1", (self._signed(),)))
        node = self._operand()
        while self._sign == "%":
            self._next()
            node = FunctionCall("%", (node,))
        return node

    def _deeper(self, read: Callable[[], Node]) -> Node:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise UnknownError
        node = read()
        self._depth -= 1
        return node

    def _operand(self) -> Node:
        token = self._next()
        kind = token.lastgroup
        if kind == "number":
            return Literal(float(token["number"]))
        if kind == "text":
            return Literal(token["text"][1:-1].replace('""', '"'))
        if kind == "truth":
            return Literal(token["truth"].upper() == "TRUE")
        if kind == "place":
            return _place(token)
        if kind == "call":
            return self._deeper(
                lambda: FunctionCall(token["call"].upper(), tuple(self._arguments()))
            )
        if token["sign"] == "(":
            node = self._deeper(self.expression)
            self._expect(")")
            return node
        raise UnknownError

    def _arguments(self) -> list[Node]:
        if self._sign == ")":
            self._next()
            return []
        arguments = [self._argument()]
        while self._sign == ",":
            self._next()
            arguments.append(self._argument())
        self._expect(")")
        return arguments

    def _argument(self) -> Node:
        return Literal(None) if self._sign in (",", ")") else self.expression()

    def _expect(self, sign: str) -> None:
        if self._next()["sign"] != sign:
            raise UnknownError


def _place(token: re.Match[str]) -> Reference:
    """Return a cell, a range, whole columns (A:B) or whole rows (1:2)."""
    quoted, plain, *parts = token.groups()[2:21]
    sheet = quoted.replace("''", "'") if quoted else plain or ""
    if parts[1]:
        first = _bound(*parts[:4])
        return Reference(
            sheet, *_in_order(first, _bound(*parts[4:8]) if parts[5] else first), bool(parts[5])
        )
    if parts[9]:
        ends = _bound(parts[8], parts[9], "$", "1"), _bound(parts[10], parts[11], "$", str(ROWS))
    else:
        ends = _bound("$", "A", parts[12], parts[13]), _bound("$", "XFD", parts[14], parts[15])
    return Reference(sheet, *_in_order(*ends), is_range=True)


def _bound(column_stays: str, column: str, row_stays: str, row: str) -> Bound:
    bound = Bound(int(row), index(column.upper()), bool(row_stays), bool(column_stays))
    if not (1 <= bound.row <= ROWS and bound.column <= COLUMNS):
        raise UnknownError
    return bound


def _in_order(first: Bound, last: Bound) -> tuple[Bound, Bound]:
    if first.row > last.row or first.column > last.column:
        raise UnknownError
    return first, last
