"""What could run, fetch or open something in a workbook: relationships, parts, formulas."""

from __future__ import annotations

import re

from pipeline.office.xmltree import UnpreservableError

MACROS, LINKS, QUERIES, OBJECTS = "macros", "links", "queries", "objects"
SIGNATURE = "signature"
"""Not a hazard, but removed too: the original's signature isn't valid for a marked copy."""

TAKEN_OUT = {
    **dict.fromkeys(
        ("vbaproject", "attachedtoolbars", "extensibility", "usercustomization"), MACROS
    ),
    **dict.fromkeys(("xlmacrosheet", "xlintlmacrosheet", "dialogsheet"), MACROS),
    **dict.fromkeys(("externallink", "volatiledependencies", "attachedtemplate"), LINKS),
    **dict.fromkeys(("connections", "querytable", "powerpivotdata"), QUERIES),
    **dict.fromkeys(("origin", "signature", "certificate"), SIGNATURE),
    **dict.fromkeys(
        (
            "oleobject",
            "package",
            "control",
            "activexcontrolbinary",
            "webextension",
            "webextensiontaskpanes",
        ),
        OBJECTS,
    ),
}
"""Hazard by the last word of a relationship's type, in lower case."""

_TYPES = {
    **dict.fromkeys(
        ("vbaproject", "vbadata", "macrosheet", "attachedtoolbars", "customui", "dialogsheet"),
        MACROS,
    ),
    **dict.fromkeys(("externallink", "volatiledependencies"), LINKS),
    **dict.fromkeys(
        ("connections+xml", "querytable", "ms-excel.connections", "model+data"), QUERIES
    ),
    **dict.fromkeys(
        ("oleobject", "/embeddings/", "activex", "webextension", "x-msdownload", "x-dosexec"),
        OBJECTS,
    ),
}
"""Hazard by a piece of its content type, in lower case."""

HARMLESS = frozenset(
    (
        *(
            "officedocument",
            "worksheet",
            "chartsheet",
            "styles",
            "theme",
            "sharedstrings",
            "calcchain",
            "sheetmetadata",
            "metadata",
        ),
        *(
            "comments",
            "threadedcomment",
            "person",
            "vmldrawing",
            "drawing",
            "image",
            "ctrlprop",
            "hyperlink",
            "printersettings",
        ),
        *(
            "chart",
            "chartex",
            "chartusershapes",
            "chartcolorstyle",
            "chartstyle",
            "themeoverride",
            "cellimage",
        ),
        *("diagramdata", "diagramlayout", "diagramquickstyle", "diagramcolors", "diagramdrawing"),
        *(
            "table",
            "tablesinglecells",
            "xmlmaps",
            "pivottable",
            "pivotcachedefinition",
            "pivotcacherecords",
        ),
        *(
            "slicer",
            "slicercache",
            "timeline",
            "timelinecache",
            "namedsheetview",
            "featurepropertybag",
        ),
        *(
            "rdrichvalue",
            "rdrichvaluestructure",
            "rdrichvaluetypes",
            "richvaluerel",
            "richstyles",
            "rdarray",
        ),
        *("rdsupportingpropertybag", "rdsupportingpropertybagstructure"),
        *(
            "core-properties",
            "extended-properties",
            "custom-properties",
            "customproperty",
            "customxml",
            "customxmlprops",
        ),
        *("thumbnail", "classificationlabels", "revisionheaders", "revisionlog", "usernames"),
    )
)
"""Kinds of relationships that lead to mere content. A copy with any other kind isn't sent."""

_PROGRAMS = (b"\xd0\xcf\x11\xe0", b"MZ", b"\x7fELF", b"PK\x03\x04")
"""First bytes of compound files, programs and zip files: a part that begins so can't stay."""
_SAFE_TARGET = re.compile(r"\s*(?:https?://|mailto:|#)", re.IGNORECASE)

_QUOTED = re.compile(r"""("[^"]*+"?)|'(?:[^']|'')*+'?""")
"""A text, or a sheet's name in quotes.

An unclosed one goes to the end, so that no character is searched twice (linear time).
"""
_OTHER_BOOK = re.compile(r"(?<![\w.\]])\[[^\[\]]+\][^\[\]'(),;:+*/^&<>=\s]*!")
"""A sheet or name of another workbook: "[1]Sheet!A1", "[1]!name"."""
_FUNCTIONS = (
    "WEBSERVICE",
    "IMAGE",
    "RTD",
    "CALL",
    "REGISTER",
    "EXEC",
    "EVALUATE",
    "FOPEN",
    "FILES",
    "GET.",
    "SQL.REQUEST",
)
"""Functions that fetch, start or list something, those of Excel 4 included."""
_FETCHING = re.compile(
    rf"(?<![\w.])(?:_xl\w+\.)*(?:{'|'.join(map(re.escape, _FUNCTIONS))})[\w.]*\s*\(", re.IGNORECASE
)
_MARKS = ("[", "|", "HYPERLINK", *_FUNCTIONS)
"""Every hazardous formula contains one of these; the many with none need no closer look."""
_OPENING = re.compile(r'(?<![\w.])HYPERLINK\s*\(\s*"(?!\s*(?:https?://|mailto:|#))', re.IGNORECASE)


class UnsafeError(UnpreservableError):
    """Raised for a hazard (``what``) that can't be removed for sure without harm to the rest."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


def of_type(content_type: str) -> str:
    """Return the hazard that a content type names, or blank."""
    return next((what for mark, what in _TYPES.items() if mark in content_type), "")


def is_safe_target(target: str) -> bool:
    """Whether a link leads to a web page, a mail address or this workbook; not to a file."""
    return _SAFE_TARGET.match(target) is not None


def begins_like_program(start: bytes) -> bool:
    """Whether a part begins like a compound file, a program or a zip file."""
    return start.startswith(_PROGRAMS)


def is_foreign_macro(name: str) -> bool:
    """Whether a shape's macro is in another workbook, which a click would open.

    A macro of this workbook does nothing once its macros are removed.
    """
    own = name.strip().removeprefix("[0]!")
    return is_hazardous(own) or "\\" in own or ".xl" in own.lower()


def is_hazardous(formula: str) -> bool:
    """Whether a formula reads another workbook, calls a server (DDE, RTD), fetches or opens."""
    upper = formula.upper()
    if not any(mark in upper for mark in _MARKS):
        return False
    outside = _QUOTED.sub(_emptied, formula)
    return (
        "|" in outside
        or _OTHER_BOOK.search(outside) is not None
        or _FETCHING.search(outside) is not None
        or ("HYPERLINK" in upper and _OPENING.search(formula) is not None)
    )


def _emptied(quoted: re.Match[str]) -> str:
    """Return the replacement for a quoted piece of a formula.

    A sheet of another workbook stays recognisable; doubtful pieces become "|", the sign of DDE.
    """
    piece = quoted[0]
    is_sheet = piece.endswith("'") and quoted.string[quoted.end() : quoted.end() + 1] == "!"
    if quoted[1]:
        return '""'
    if is_sheet:
        return "[x]" if "[" in piece else "x"
    return "|" if "|" in piece or ("[" in piece and "!" in piece) else "x"
