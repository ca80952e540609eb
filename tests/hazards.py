"""Make workbooks that run, fetch or open something, by adding parts to a harmless one."""

from __future__ import annotations

from tests.marking import by_openpyxl, packed, parts_of

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MICROSOFT = "http://schemas.microsoft.com/office/2006/relationships"
SHEET, BOOK, TYPES = "xl/worksheets/sheet1.xml", "xl/workbook.xml", "[Content_Types].xml"
OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504)
DDE = (
    '<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><ddeLink ddeService="cmd" ddeTopic="/c calc">'
    '<ddeItems><ddeItem name="A0"/></ddeItems></ddeLink></externalLink>'
)
OTHER_BOOK = (
    f'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><externalBook xmlns:r="{OFFICE}" r:id="rId1">'
    '<sheetNames><sheetName val="Nguồn"/></sheetNames></externalBook></externalLink>'
)


class Workbook:
    """The parts of a harmless workbook, to which hazards are added."""

    def __init__(self, whole: bytes | None = None) -> None:
        self.parts = parts_of(whole or by_openpyxl(lambda _: None))

    def packed(self) -> bytes:
        return packed(self.parts)

    def put(self, part: str, content: bytes | str, content_type: str = "") -> None:
        """Add a part, and its content type if one is given."""
        self.parts[part] = content.encode() if isinstance(content, str) else content
        if content_type:
            name = part.replace("\\", "/").lstrip("/")
            self.swap(
                TYPES,
                "</Types>",
                f'<Override PartName="/{name}" ContentType="{content_type}"/></Types>',
            )

    def lead(
        self, owner: str, identifier: str, kind: str, target: str, *, outside: bool = False
    ) -> None:
        """Add a relationship to a part; ``kind``: its type, or an official type's last word."""
        folder, _, name = owner.rpartition("/")
        path = f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"
        empty = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
        self.parts.setdefault(path, empty)
        mode = ' TargetMode="External"' if outside else ""
        whole = kind if ":" in kind else f"{OFFICE}/{kind}"
        self.swap(
            path,
            "</Relationships>",
            f'<Relationship Id="{identifier}" Type="{whole}" Target="{target}"{mode}/></Relationships>',
        )

    def swap(self, part: str, old: str, new: str) -> None:
        """Replace the last occurrence of a text in a part."""
        text = self.parts[part].decode()
        assert old in text, (part, old)
        self.parts[part] = new.join(text.rsplit(old, 1)).encode()

    # --- hazards ----------------------------------------------------------------------------------

    def macros(self, part: str = "xl/vbaProject.bin", target: str = "vbaProject.bin") -> None:
        main = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
        self.swap(TYPES, main, "application/vnd.ms-excel.sheet.macroEnabled.main+xml")
        self.put(part, OLE, "application/vnd.ms-office.vbaProject")
        self.lead(BOOK, "rIdV", f"{MICROSOFT}/vbaProject", target)

    def link(self, content: str = DDE, part: str = "xl/externalLinks/externalLink1.xml") -> None:
        """Add a link to another workbook or program, a cell that reads it, and a shared formula."""
        self.put(
            part,
            content,
            "application/vnd.openxmlformats-officedocument.spreadsheetml.externalLink+xml",
        )
        self.lead(BOOK, "rIdE", "externalLink", f"/{part}")
        if "externalBook" in content:
            self.lead(part, "rId1", "externalLinkPath", "file:///C:/nguon.xlsx", outside=True)
        self.swap(
            BOOK,
            "<definedNames",
            f'<externalReferences><externalReference xmlns:r="{OFFICE}" r:id="rIdE"/></externalReferences><definedNames',
        )
        self.rows(
            '<row r="3"><c r="A3"><f t="shared" ref="A3:A4" si="0">[1]Nguồn!A1*2</f><v>8</v></c><c r="B3"><f>B2*2</f><v>10</v></c></row>'
            '<row r="4"><c r="A4"><f t="shared" si="0"/><v>9</v></c></row>'
        )

    def sign(self) -> None:
        """Add a digital signature of the whole file."""
        kind = "http://schemas.openxmlformats.org/package/2006/relationships/digital-signature"
        types = "application/vnd.openxmlformats-package.digital-signature"
        self.put("_xmlsignatures/origin.sigs", b"", f"{types}-origin")
        signature = '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignatureValue>x</SignatureValue></Signature>'
        self.put("_xmlsignatures/sig1.xml", signature, f"{types}-xmlsignature+xml")
        self.lead("", "rIdS", f"{kind}/origin", "_xmlsignatures/origin.sigs")
        self.lead("_xmlsignatures/origin.sigs", "rId1", f"{kind}/signature", "sig1.xml")

    def rows(self, xml: str) -> None:
        self.swap(SHEET, "</sheetData>", f"{xml}</sheetData>")

    def objects(self) -> None:
        """Add an embedded object with its picture in the old drawing."""
        self.put(
            "xl/embeddings/oleObject1.bin",
            OLE,
            "application/vnd.openxmlformats-officedocument.oleObject",
        )
        drawing = (
            '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
            'xmlns:x="urn:schemas-microsoft-com:office:excel"><v:shape id="_x0000_s1025" style="position:absolute"/></xml>'
        )
        self.put(
            "xl/drawings/vmlDrawing1.vml",
            drawing,
            "application/vnd.openxmlformats-officedocument.vmlDrawing",
        )
        self.lead(SHEET, "rIdO", "oleObject", "../embeddings/oleObject1.bin")
        self.lead(SHEET, "rIdD", "vmlDrawing", "../drawings/vmlDrawing1.vml")
        one = '<oleObject progId="Package" shapeId="1025" r:id="rIdO"/>'
        compat = "http://schemas.openxmlformats.org/markup-compatibility/2006"
        self.swap(
            SHEET,
            "</worksheet>",
            f'<legacyDrawing xmlns:r="{OFFICE}" r:id="rIdD"/><oleObjects xmlns:r="{OFFICE}"><mc:AlternateContent xmlns:mc="{compat}">'
            f'<mc:Choice xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" Requires="x14">{one}</mc:Choice>'
            f"<mc:Fallback>{one}</mc:Fallback></mc:AlternateContent></oleObjects></worksheet>",
        )

    def control(self) -> None:
        """Add an ActiveX control with its binary."""
        control = f'<ax:ocx xmlns:ax="http://schemas.microsoft.com/office/2006/activeX" xmlns:r="{OFFICE}" ax:classid="{{8BD21D40}}" ax:persistence="persistStorage" r:id="rId1"/>'
        self.put("xl/activeX/activeX1.xml", control, "application/vnd.ms-office.activeX+xml")
        self.put("xl/activeX/activeX1.bin", OLE, "application/vnd.ms-office.activeX")
        self.lead(
            "xl/activeX/activeX1.xml", "rId1", f"{MICROSOFT}/activeXControlBinary", "activeX1.bin"
        )
        self.lead(SHEET, "rIdC", "control", "../activeX/activeX1.xml")
        self.swap(
            SHEET,
            "</worksheet>",
            f'<controls xmlns:r="{OFFICE}"><control shapeId="1026" r:id="rIdC" name="Nút"/></controls></worksheet>',
        )

    def query(self) -> None:
        """Add a connection and a table that its query fills."""
        main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        self.put(
            "xl/connections.xml",
            f'<connections xmlns="{main}"><connection id="1" name="q" type="5" refreshedVersion="6" refreshOnLoad="1"><dbPr connection="x"/></connection></connections>',
            "application/vnd.openxmlformats-officedocument.spreadsheetml.connections+xml",
        )
        self.lead(BOOK, "rIdK", "connections", "connections.xml")
        self.put(
            "xl/queryTables/queryTable1.xml",
            f'<queryTable xmlns="{main}" name="q" connectionId="1"/>',
            "application/vnd.openxmlformats-officedocument.spreadsheetml.queryTable+xml",
        )
        self.lead(SHEET, "rIdQ", "queryTable", "../queryTables/queryTable1.xml")

    def web(self) -> None:
        """Add links to a share and to a web page, a web extension and a ribbon."""
        self.lead(SHEET, "rIdH", "hyperlink", "\\\\may-chu\\chung\\x.exe", outside=True)
        self.lead(SHEET, "rIdP", "hyperlink", "https://example.org", outside=True)
        links = f'<hyperlinks xmlns:r="{OFFICE}"><hyperlink ref="B2" r:id="rIdH"/><hyperlink ref="A1" r:id="rIdP"/></hyperlinks>'
        self.swap(SHEET, "<pageMargins", f"{links}<pageMargins")
        pane = '<wetp:taskpanes xmlns:wetp="http://schemas.microsoft.com/office/webextensions/taskpanes/2010/11"/>'
        self.put(
            "xl/webextensions/taskpanes.xml",
            pane,
            "application/vnd.ms-office.webextensiontaskpanes+xml",
        )
        self.lead(
            "",
            "rIdW",
            "http://schemas.microsoft.com/office/2011/relationships/webextensiontaskpanes",
            "xl/webextensions/taskpanes.xml",
        )
        self.put(
            "customUI/customUI.xml",
            '<customUI xmlns="http://schemas.microsoft.com/office/2006/01/customui"/>',
        )
        self.lead("", "rIdU", f"{MICROSOFT}/ui/extensibility", "customUI/customUI.xml")


def macro_sheet(book: Workbook) -> None:
    """Add a sheet of Excel 4 macros."""
    sheet = '<xm:macrosheet xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"/>'
    book.put("xl/macrosheets/sheet1.xml", sheet, "application/vnd.ms-excel.macrosheet+xml")
    book.lead(BOOK, "rIdX", f"{MICROSOFT}/xlMacrosheet", "macrosheets/sheet1.xml")
    book.swap(
        BOOK,
        "</sheets>",
        f'<sheet xmlns:r="{OFFICE}" name="Macro1" sheetId="9" r:id="rIdX"/></sheets>',
    )
