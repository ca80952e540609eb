"""Make parts of a workbook that openpyxl doesn't write: drawings, conversations, old boxes."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
_MAIN = "http://schemas.openxmlformats.org/drawingml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_NAMES = f'xmlns:xdr="{_DRAWING}" xmlns:a="{_MAIN}" xmlns:r="{_LINKS}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
KINDS = {
    "drawing": f"{_LINKS}/drawing",
    "comments": f"{_LINKS}/comments",
    "vmlDrawing": f"{_LINKS}/vmlDrawing",
    "threadedComment": "http://schemas.microsoft.com/office/2017/10/relationships/threadedComment",
    "chart": f"{_LINKS}/chart",
    "diagramData": f"{_LINKS}/diagramData",
}


def with_parts(
    path: Path, parts: Mapping[str, str], links: Mapping[str, Mapping[str, str]]
) -> Path:
    """Add parts to a zipped file, and ``links``: the relationships of each part, kind by target."""
    added = {name: text.encode() for name, text in parts.items()}
    for owner, targets in links.items():
        folder, _, name = owner.rpartition("/")
        entries = (
            f'<Relationship Id="rIdX{at}" Type="{KINDS[kind]}" Target="/{to}"/>'
            for at, (to, kind) in enumerate(targets.items())
        )
        listed = f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{"".join(entries)}</Relationships>'
        added[f"{folder}/_rels/{name}.rels"] = listed.encode()
    with zipfile.ZipFile(path) as old:
        kept = {name: old.read(name) for name in old.namelist() if name not in added}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in {**kept, **added}.items():
            new.writestr(name, content)
    return path


def drawing(*anchors: str) -> str:
    """Return a drawing with these anchors."""
    return f"<xdr:wsDr {_NAMES}>{''.join(anchors)}</xdr:wsDr>"


def anchored(shape: str, first: tuple[int, int] = (1, 8), last: tuple[int, int] = (2, 9)) -> str:
    """Place a shape over cells; ends are (column, row) from 0, the last one exclusive."""
    ends = "".join(
        f"<xdr:{end}><xdr:col>{column}</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>{row}</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:{end}>"
        for end, (column, row) in (("from", first), ("to", last))
    )
    return f"<xdr:twoCellAnchor>{ends}{shape}<xdr:clientData/></xdr:twoCellAnchor>"


def box(*paragraphs: str) -> str:
    """Return a shape with a text."""
    runs = (
        each if each.startswith("<") else f"<a:r><a:t>{each}</a:t></a:r>" for each in paragraphs
    )
    lines = "".join(f"<a:p>{each}</a:p>" for each in runs)
    return f'<xdr:sp><xdr:nvSpPr><xdr:cNvPr id="2" name="x"/></xdr:nvSpPr><xdr:txBody><a:bodyPr/>{lines}</xdr:txBody></xdr:sp>'


def group(*shapes: str) -> str:
    """Group shapes."""
    return f"<xdr:grpSp>{''.join(shapes)}</xdr:grpSp>"


PICTURE = '<xdr:pic><xdr:blipFill><a:blip r:embed="rIdNone"/></xdr:blipFill></xdr:pic>'
FILLED = "<xdr:sp><xdr:spPr><a:blipFill/></xdr:spPr></xdr:sp>"


def plain(fill: str, about: str = "", more: str = "") -> str:
    """Return a shape without text."""
    return f'<xdr:sp><xdr:nvSpPr><xdr:cNvPr id="2" name="x"{about}/></xdr:nvSpPr><xdr:spPr>{fill}</xdr:spPr>{more}</xdr:sp>'


STRUCK_BOX = "<a:r><a:t>còn </a:t></a:r><a:r><a:rPr strike='sngStrike'/><a:t>2</a:t></a:r><a:r><a:t>3 vụ</a:t></a:r>"
STRUCK_NOTE = (
    '<r><t xml:space="preserve">còn </t></r><r><rPr><strike/></rPr><t>2</t></r><r><t>3 vụ</t></r>'
)


def alternatives(first: str, second: str) -> str:
    """Return what newer programs show, and what older ones show instead."""
    return f'<mc:AlternateContent><mc:Choice Requires="a14">{first}</mc:Choice><mc:Fallback>{second}</mc:Fallback></mc:AlternateContent>'


def frame(inside: str) -> str:
    """Return a frame that shows the content of another part."""
    return f"<xdr:graphicFrame><a:graphic><a:graphicData>{inside}</a:graphicData></a:graphic></xdr:graphicFrame>"


CHART = frame(
    '<c:chart xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" r:id="rIdX0"/>'
)
DIAGRAM = frame(
    '<dgm:relIds xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram" r:dm="rIdX0"/>'
)


def titled(title: str) -> str:
    """Return as much of a chart, or of a diagram's data, as holds text."""
    return f'<c:x xmlns:c="urn:x" xmlns:a="{_MAIN}"><c:title><a:p><a:r><a:t>{title}</a:t></a:r></a:p></c:title></c:x>'


def conversation(**said: str) -> str:
    """Return a conversation, text by cell."""
    listed = "".join(
        f'<threadedComment ref="{cell}" id="{{{at}}}"><text>{text}</text></threadedComment>'
        for at, (cell, text) in enumerate(said.items())
    )
    return f'<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments">{listed}</ThreadedComments>'


def notes(*, author: str = "", **texts: str) -> str:
    """Return notes, text or runs by cell."""
    runs = {
        cell: text if text.startswith("<") else f"<t>{text}</t>" for cell, text in texts.items()
    }
    listed = "".join(
        f'<comment ref="{cell}" authorId="0"><text>{text}</text></comment>'
        for cell, text in runs.items()
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<comments xmlns="{main}"><authors><author>{author}</author></authors><commentList>{listed}</commentList></comments>'


def control(kind: str, text: str, column: int, row: int) -> str:
    """Return a box of the older kind; Excel writes <br> in it, which is no XML."""
    spaces = (
        'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:x="urn:schemas-microsoft-com:office:excel"'
    )
    about = f'<x:ClientData ObjectType="{kind}"><x:Anchor>{column}, 0, {row}, 0, 5, 0, 9, 0</x:Anchor></x:ClientData>'
    return f"<xml {spaces}><v:shape><v:textbox><div>{text}<br></div></v:textbox>{about}</v:shape></xml>"
