"""Read a list of shared strings quickly, if it is written as programs usually do; else parse it."""

from __future__ import annotations

import re
from itertools import islice

from pipeline.collect.formats import xlsx_parse
from pipeline.collect.formats.cells import UnreadableError
from pipeline.collect.formats.xml import begins_in_utf8, is_plain, ooxml_text, unescape

_STRING = re.compile(r'<si><t(?: xml:space="preserve")?>([^<]*+)</t></si>')
_FONT = r'<rPr>(?:<[A-Za-z]++(?: [A-Za-z]++="[^"<>&]*+")*+/>)*+</rPr>'
_RICH = re.compile(rf'<si>(?:<r>(?:{_FONT})?+<t(?: xml:space="preserve")?+>[^<]*+</t></r>)++</si>')
"""A string of several fonts."""
_STRINGS = re.compile(
    r"([^<]*+(?:<\?[^<]*+)?+<sst [^<>]*+>)\s*+"
    r'(?:(?:<si><t(?: xml:space="preserve")?+>[^<]*+</t></si>'
    rf"|{_RICH.pattern})\s*+)*+</sst>\s*+"
)
"""A list of strings as programs usually write it: nothing between the strings."""
_FEW = 64
"""The most strings of several fonts in a list that is scanned: the place of each is counted from
the start."""
_CONTROLS = bytes({*range(0x20)} - {*b"\t\n\r"})
"""Characters that XML may not hold."""
_NEVER = (b"]]>", "\ufffe".encode(), "\uffff".encode())
"""Further sequences that XML text may not hold."""


def shared_strings(data: bytes, *, keep_runs: bool = False) -> list[str]:
    """Return all shared strings; ``keep_runs`` as for :func:`xlsx_parse.parse_strings`."""
    text = _text(data)
    usual = _STRINGS.fullmatch(text)
    strings = _STRING.findall(text) if usual and _is_root(usual[1]) else []
    rich = list(islice(_RICH.finditer(text), _FEW + 1)) if strings and "<r>" in text else []
    if not usual or not strings or len(rich) > _FEW:
        return xlsx_parse.parse_strings(data, keep_runs=keep_runs)
    if "_x" in text or "\r" in text:
        strings = [ooxml_text(unescape(string)) for string in strings]
    elif "&" in text:  # quicker: most strings have none
        strings = [ooxml_text(unescape(string)) if "&" in string else string for string in strings]
    if rich:
        _insert_rich(strings, usual[1], text, rich, keep_runs=keep_runs)
    return strings


def _insert_rich(
    strings: list[str], head: str, text: str, rich: list[re.Match[str]], *, keep_runs: bool
) -> None:
    """Insert the strings of several fonts, which come from the parser, at their places."""
    part = f"{head}{''.join(match[0] for match in rich)}</sst>".encode()
    parsed = xlsx_parse.parse_strings(part, keep_runs=keep_runs)
    for match, string in zip(rich, parsed, strict=True):
        strings.insert(text.count("<si>", 0, match.start()), string)


def _text(data: bytes) -> str:
    """Return a plainly written UTF-8 part as text, else nothing."""
    is_usual = is_plain(data) and begins_in_utf8(data)
    has_controls = len(data.translate(None, _CONTROLS)) < len(data)
    if not is_usual or has_controls or any(map(data.count, _NEVER)):
        return ""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return ""


def _is_root(head: str) -> bool:
    """True if the parser would accept the start of a list of strings."""
    try:
        return xlsx_parse.parse_strings(f"{head}</sst>".encode()) == []
    except UnreadableError:
        return False
