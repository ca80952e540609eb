"""What in a workbook could run, fetch or open something: kinds of relationships, of parts and of formulas."""

from __future__ import annotations

import re

from pipeline.office.xmltree import UnpreservableError

MACROS, LINKS, QUERIES, OBJECTS = "macros", "links", "queries", "objects"
SIGNATURE = "signature"
"""No hazard, but it goes too: a signature of the original doesn't hold for a marked copy."""

TAKEN_OUT = {
    **dict.fromkeys(("vbaproject", "attachedtoolbars", "extensibility", "usercustomization"), MACROS),
    **dict.fromkeys(("xlmacrosheet", "xlintlmacrosheet", "dialogsheet"), MACROS),
    **dict.fromkeys(("externallink", "volatiledependencies", "attachedtemplate"), LINKS),
    **dict.fromkeys(("connections", "querytable", "powerpivotdata"), QUERIES),
    **dict.fromkeys(("origin", "signature", "certificate"), SIGNATURE),
    **dict.fromkeys(("oleobject", "package", "control", "activexcontrolbinary", "webextension", "webextensiontaskpanes"), OBJECTS),
}
"""Hazards by the last word of their relationship's type, in lower case."""

_TYPES = {
    **dict.fromkeys(("vbaproject", "vbadata", "macrosheet", "attachedtoolbars", "customui", "dialogsheet"), MACROS),
    **dict.fromkeys(("externallink", "volatiledependencies"), LINKS),
    **dict.fromkeys(("connections+xml", "querytable", "ms-excel.connections", "model+data"), QUERIES),
    **dict.fromkeys(("oleobject", "/embeddings/", "activex", "webextension", "x-msdownload", "x-dosexec"), OBJECTS),
}
"""Hazards by what their content type holds."""

HARMLESS = frozenset(
    (
        *("officedocument", "worksheet", "chartsheet", "styles", "theme", "sharedstrings", "calcchain", "sheetmetadata", "metadata"),
        *("comments", "threadedcomment", "person", "vmldrawing", "drawing", "image", "ctrlprop", "hyperlink", "printersettings"),
        *("chart", "chartex", "chartusershapes", "chartcolorstyle", "chartstyle", "themeoverride", "cellimage"),
        *("diagramdata", "diagramlayout", "diagramquickstyle", "diagramcolors", "diagramdrawing"),
        *("table", "tablesinglecells", "xmlmaps", "pivottable", "pivotcachedefinition", "pivotcacherecords"),
        *("slicer", "slicercache", "timeline", "timelinecache", "namedsheetview", "featurepropertybag"),
        *("rdrichvalue", "rdrichvaluestructure", "rdrichvaluetypes", "richvaluerel", "richstyles", "rdarray"),
        *("rdsupportingpropertybag", "rdsupportingpropertybagstructure"),
        *("core-properties", "extended-properties", "custom-properties", "customproperty", "customxml", "customxmlprops"),
        *("thumbnail", "classificationlabels", "revisionheaders", "revisionlog", "usernames"),
    )
)
"""Kinds of relationships that lead to nothing but content. With any other kind a copy isn't sent."""

_PROGRAMS = (b"\xd0\xcf\x11\xe0", b"MZ", b"\x7fELF", b"PK\x03\x04")
"""How compound files, programs and packed files begin: none is a part of a workbook that could stay."""
_SAFE_TARGET = re.compile(r"\s*(?:https?://|mailto:|#)", re.IGNORECASE)

_QUOTED = re.compile(r"""("[^"]*+"?)|'(?:[^']|'')*+'?""")
"""A text, or a name of a sheet in quotes; one without an end goes to the end, so that no pattern looks at a character twice."""
_OTHER_BOOK = re.compile(r"(?<![\w.\]])\[[^\[\]]+\][^\[\]'(),;:+*/^&<>=\s]*!")
"""A sheet or name of another workbook: "[1]Sheet!A1", "[1]!name"."""
_FUNCTIONS = ("WEBSERVICE", "IMAGE", "RTD", "CALL", "REGISTER", "EXEC", "EVALUATE", "FOPEN", "FILES", "GET.", "SQL.REQUEST")
"""Functions that fetch, start or list something, those of Excel 4 too."""
_FETCHING = re.compile(rf"(?<![\w.])(?:_xl\w+\.)*(?:{'|'.join(map(re.escape, _FUNCTIONS))})[\w.]*\s*\(", re.IGNORECASE)
_MARKS = ("[", "|", "HYPERLINK", *_FUNCTIONS)
"""One of these stands in each hazardous formula: most have none, and need no closer look."""
_OPENING = re.compile(r'(?<![\w.])HYPERLINK\s*\(\s*"(?!\s*(?:https?://|mailto:|#))', re.IGNORECASE)


class UnsafeError(UnpreservableError):
    """A file with a hazard (``what``) that can't be taken out with the certainty that the rest stays whole."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


def of_type(content_type: str) -> str:
    """The hazard that a content type names, or blank."""
    return next((what for mark, what in _TYPES.items() if mark in content_type), "")


def is_safe_target(target: str) -> bool:
    """Whether a link leads to a page or an address, not to a file or a share."""
    return _SAFE_TARGET.match(target) is not None


def begins_like_program(start: bytes) -> bool:
    """Whether the first bytes of a part are those of a compound file, a program or a packed file."""
    return start.startswith(_PROGRAMS)


def is_foreign_macro(name: str) -> bool:
    """Whether a click on a shape would open another workbook to run its macro; one of this workbook is nothing without its macros."""
    own = name.strip().removeprefix("[0]!")
    return is_hazardous(own) or "\\" in own or ".xl" in own.lower()


def is_hazardous(formula: str) -> bool:
    """Whether a formula reads another workbook, calls a server (DDE, RTD), fetches from the net or opens a file."""
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
    """What stands for a piece in quotes: the name of another workbook's sheet stays known as one, and doubtful pieces as DDE ("|")."""
    piece = quoted[0]
    is_sheet = piece.endswith("'") and quoted.string[quoted.end() : quoted.end() + 1] == "!"
    if quoted[1]:
        return '""'
    if is_sheet:
        return "[x]" if "[" in piece else "x"
    return "|" if "|" in piece or ("[" in piece and "!" in piece) else "x"
