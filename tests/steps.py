"""A matcher of regular expressions that counts its steps.

It backtracks like Python's, without shortcuts.

Python's own matcher counts no steps, and a clock measures the machine. A pattern that is linear
here is linear there.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    from re import _constants as c
    from re import _parser as parser

Node = tuple[Any, Any]
Continue = Callable[[int], bool]
_CATEGORIES: dict[Any, Callable[[str], bool]] = {
    c.CATEGORY_DIGIT: str.isdigit,
    c.CATEGORY_SPACE: str.isspace,
    c.CATEGORY_WORD: lambda letter: letter.isalnum() or letter == "_",
}
_OPPOSITE = {
    c.CATEGORY_NOT_DIGIT: c.CATEGORY_DIGIT,
    c.CATEGORY_NOT_SPACE: c.CATEGORY_SPACE,
    c.CATEGORY_NOT_WORD: c.CATEGORY_WORD,
}
SAMPLES = "a0A .-,/_<>\"'=:(xáĐ@\n&;#[]{}!"
"""Letters for attacks: one of each kind that patterns distinguish."""


class TooManyStepsError(Exception):
    """Raised if steps grow so fast that counting on is useless."""


@dataclass
class Counted:
    """A compiled pattern, and the steps that matching took."""

    pattern: re.Pattern[Any]
    most: int = 100_000
    steps: int = 0
    _groups: dict[int, tuple[int, int]] = field(default_factory=dict)
    _known: dict[tuple[int, str], bool] = field(default_factory=dict)
    """Whether a node takes a letter, by the node's id; the tree keeps nodes, so ids stay valid."""

    @cached_property
    def tree(self) -> list[Node]:
        source = self.pattern.pattern
        return list(
            parser.parse(
                source.decode("latin-1") if isinstance(source, bytes) else source,
                self.pattern.flags & ~re.UNICODE,
            )
        )

    @property
    def width(self) -> int:
        """The most letters that one match takes."""
        source = self.pattern.pattern
        return int(parser.parse(source, self.pattern.flags & ~re.UNICODE).getwidth()[1])

    def scan(self, text: str) -> int:
        """Count the steps of searching a text for all matches."""
        return self._counted(text, range(len(text) + 1))

    def match(self, text: str) -> int:
        """Count the steps of matching the whole text."""
        self.steps, self._text = 0, text
        self._seq(self.tree, 0, 0, lambda end: end == len(text))
        return self.steps

    def _counted(self, text: str, starts: range) -> int:
        self.steps, self._text, done = 0, text, 0
        ends: list[int] = []
        for start in starts:
            if start >= done and self._seq(self.tree, 0, start, lambda end: not ends.append(end)):  # type: ignore[func-returns-value]
                done = max(ends.pop(), start + 1)
        return self.steps

    # --- nodes ------------------------------------------------------------------------------------

    def _seq(self, nodes: list[Node], at: int, pos: int, then: Continue) -> bool:
        if at == len(nodes):
            return then(pos)
        self.steps += 1
        if self.steps > self.most:
            raise TooManyStepsError
        op, value = nodes[at]
        if is_one(nodes[at]):
            return (
                pos < len(self._text)
                and self.takes(nodes[at], self._text[pos])
                and self._seq(nodes, at + 1, pos + 1, then)
            )
        return bool(
            getattr(self, method_of(op))(
                value, pos, lambda end: self._seq(nodes, at + 1, end, then)
            )
        )

    def _branch(self, value: Any, pos: int, then: Continue) -> bool:
        return any(self._seq(list(each), 0, pos, then) for each in value[1])

    def _subpattern(self, value: Any, pos: int, then: Continue) -> bool:
        number, _, _, nodes = value

        def kept(end: int) -> bool:
            self._groups[number] = (pos, end)
            return then(end)

        return self._seq(list(nodes), 0, pos, kept)

    def _groupref(self, value: int, pos: int, then: Continue) -> bool:
        start, end = self._groups.get(value, (0, 0))
        return self._text.startswith(self._text[start:end], pos) and then(pos + end - start)

    def _atomic_group(self, value: Any, pos: int, then: Continue) -> bool:
        ends: list[int] = []
        return self._seq(list(value), 0, pos, lambda end: not ends.append(end)) and then(ends[0])  # type: ignore[func-returns-value]

    def _assert(self, value: Any, pos: int, then: Continue) -> bool:
        return self._looks(value, pos) and then(pos)

    def _assert_not(self, value: Any, pos: int, then: Continue) -> bool:
        return not self._looks(value, pos) and then(pos)

    def _looks(self, value: Any, pos: int) -> bool:
        direction, nodes = value
        start = pos if direction > 0 else pos - nodes.getwidth()[0]
        return start >= 0 and self._seq(list(nodes), 0, start, lambda _: True)

    def _at(self, value: Any, pos: int, then: Continue) -> bool:
        text, here = self._text, _CATEGORIES[c.CATEGORY_WORD]
        ends = pos == len(text)
        before, after = pos > 0 and here(text[pos - 1]), not ends and here(text[pos])
        holds = {
            c.AT_BEGINNING: pos == 0,
            c.AT_BEGINNING_STRING: pos == 0,
            c.AT_END: ends or (pos == len(text) - 1 and text[pos] == "\n"),
            c.AT_END_STRING: ends,
            c.AT_BOUNDARY: before != after,
            c.AT_NON_BOUNDARY: before == after,
        }
        return holds[value] and then(pos)

    def _max_repeat(self, value: Any, pos: int, then: Continue) -> bool:
        low, high, nodes = value
        body = list(nodes)
        if len(body) == 1 and is_one(body[0]):
            taken = self._taken(body[0], pos, high)
            return any(self._step() and then(pos + count) for count in range(taken, low - 1, -1))
        return self._more(body, low, high, pos, then, 0)

    def _min_repeat(self, value: Any, pos: int, then: Continue) -> bool:
        low, high, nodes = value
        body = list(nodes)
        if len(body) == 1 and is_one(body[0]):
            end = pos
            while end - pos <= high:
                self._step()
                if end - pos >= low and then(end):
                    return True
                if end >= len(self._text) or not self.takes(body[0], self._text[end]):
                    return False
                end += 1
            return False
        return self._more(body, low, high, pos, then, 0, lazy=True)

    def _possessive_repeat(self, value: Any, pos: int, then: Continue) -> bool:
        low, high, nodes = value
        body = list(nodes)
        if len(body) == 1 and is_one(body[0]):
            taken = self._taken(body[0], pos, high)
            return taken >= low and then(pos + taken)
        count, ends = 0, [pos]
        while count < high and self._seq(body, 0, ends[-1], lambda end: not ends.append(end)):  # type: ignore[func-returns-value]
            count += 1
            if ends[-1] == ends[-2]:
                break
        return count >= low and then(ends[-1])

    def _more(
        self,
        body: list[Node],
        low: int,
        high: int,
        pos: int,
        then: Continue,
        count: int,
        *,
        lazy: bool = False,
    ) -> bool:
        self._step()
        if lazy and count >= low and then(pos):
            return True
        if count < high and self._seq(
            body,
            0,
            pos,
            lambda end: (
                (end > pos or count < low)
                and self._more(body, low, high, end, then, count + 1, lazy=lazy)
            ),
        ):
            return True
        return not lazy and count >= low and then(pos)

    def _taken(self, node: Node, pos: int, high: int) -> int:
        end = pos
        while end < len(self._text) and end - pos < high and self.takes(node, self._text[end]):
            self._step()
            end += 1
        return end - pos

    def _step(self) -> bool:
        self.steps += 1
        if self.steps > self.most:
            raise TooManyStepsError
        return True

    def takes(self, node: Node, letter: str) -> bool:
        """Whether a node of one letter takes this one."""
        key = id(node), letter
        if key not in self._known:
            self._known[key] = self._takes(node, letter)
        return self._known[key]

    def _takes(self, node: Node, letter: str) -> bool:
        op, value = node
        folds = bool(self.pattern.flags & re.IGNORECASE)
        letters = {letter, letter.lower(), letter.upper()} if folds else {letter}
        if op is c.ANY:
            return letter != "\n" or bool(self.pattern.flags & re.DOTALL)
        if op is c.LITERAL:
            return chr(value) in letters
        if op is c.NOT_LITERAL:
            return chr(value) not in letters
        negated = value[0][0] is c.NEGATE
        return any(_in_set(each, one) for each in value[negated:] for one in letters) != negated


@cache
def method_of(op: Any) -> str:
    return f"_{str(op).lower()}"


def is_one(node: Node) -> bool:
    """Whether a node takes exactly one letter."""
    return node[0] in (c.LITERAL, c.NOT_LITERAL, c.ANY, c.IN)


def _in_set(item: Node, letter: str) -> bool:
    op, value = item
    if op is c.LITERAL:
        return ord(letter) == value
    if op is c.RANGE:
        return bool(value[0] <= ord(letter) <= value[1])
    return (
        not _CATEGORIES[_OPPOSITE[value]](letter)
        if value in _OPPOSITE
        else _CATEGORIES[value](letter)
    )


# --- attacks --------------------------------------------------------------------------------------


def attacks(counted: Counted, size: int) -> Iterator[str]:
    """Yield texts of about ``size`` letters that slow down a pattern if anything can.

    They repeat what the pattern repeats, and end with what doesn't match.
    """
    seen: set[str] = set()
    bodies = [*_repeated(counted, counted.tree), *((letter, "") for letter in SAMPLES)]
    for pumped, before in bodies:
        for start in {before, ""}:
            text = start + pumped * (size // max(1, len(pumped))) + "\x01"
            if pumped and text not in seen:
                seen.add(text)
                yield text


def _repeated(counted: Counted, nodes: list[Node], before: str = "") -> Iterator[tuple[str, str]]:
    """Yield what each repeat repeats, in letters of each kind, with letters that lead to it."""
    for node in nodes:
        op, value = node
        if op in (c.MAX_REPEAT, c.MIN_REPEAT, c.POSSESSIVE_REPEAT):
            body = list(value[2])
            if len(body) == 1 and is_one(body[0]):
                yield from (
                    (letter, before) for letter in SAMPLES if counted.takes(body[0], letter)
                )
            yield _sample(counted, body), before
            yield _sample(counted, body, least=False), before
            yield from _repeated(counted, body, before)
        for inner in _inner(node):
            yield from _repeated(counted, inner, before)
        before += _sample(counted, [node])


def _inner(node: Node) -> list[list[Node]]:
    op, value = node
    if op is c.SUBPATTERN:
        return [list(value[3])]
    if op is c.BRANCH:
        return [list(each) for each in value[1]]
    if op is c.ATOMIC_GROUP:
        return [list(value)]
    return [list(value[1])] if op in (c.ASSERT, c.ASSERT_NOT) else []


def _sample(counted: Counted, nodes: list[Node], *, least: bool = True) -> str:
    """Return a short text that the nodes take."""
    return "".join(_sample_of(counted, node, least=least) for node in nodes)


def _sample_of(counted: Counted, node: Node, *, least: bool) -> str:
    op, value = node
    if op is c.LITERAL:
        return chr(value)
    if is_one(node):
        usual = (letter for letter in SAMPLES if counted.takes(node, letter))
        return next(
            usual, next((chr(n) for n in range(0x20, 0x1F00) if counted.takes(node, chr(n))), "")
        )
    if op in (c.MAX_REPEAT, c.MIN_REPEAT, c.POSSESSIVE_REPEAT):
        low, high, body = value
        return _sample(counted, list(body), least=least) * (
            low if least else min(max(low, 1), high)
        )
    inner = _inner(node)
    return (
        _sample(counted, inner[0], least=least)
        if inner and op not in (c.ASSERT, c.ASSERT_NOT)
        else ""
    )
