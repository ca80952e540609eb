"""Each fault of a declaration: one change to a small, right round, and what is told of it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from schemas.columns import RESERVED
from schemas.round.faults import DeclarationError, Fault
from schemas.round.load import load_round
from schemas.round.translation import in_language
from schemas.words import LANGUAGES, catalogue
from tests.books import MINI, ROOT


@dataclass(frozen=True)
class Case:
    """Replace ``old`` in ``file`` (append where blank); the fault told: key, file, place."""

    fault: str
    file: str
    old: str
    new: str
    place: str = ""
    told_of: str = ""
    """The file in which the fault is, where that is another."""


T, R, O, A, B = (  # noqa: E741
    "tables.py",
    "round.toml",
    "outline.toml",
    "codelists/agencies.csv",
    "codelists/buildings.csv",
)
ROWS = "from schemas.rules.rows import AtLeast"
QUARTER = 'quarter = code("periods", "Quarter", required=True, is_key=True)'
PASSED = 'passed = count("Passed", unit="buildings")'
FINED = 'rules=(AtLeast(id="R02", at="fined", of=("fined",)),)'
LINE = next(
    str(number)
    for number, line in enumerate((MINI / T).read_text(encoding="utf-8").splitlines(), 1)
    if PASSED in line
)
TABLES_LINE = next(
    number
    for number, line in enumerate((MINI / T).read_text(encoding="utf-8").splitlines(), 1)
    if line.startswith("TABLES")
)
SUMMARY = 'crossings = ["quarter"]'
FIGURES = 'default_table = "inspections"'
RATE = (
    'rates.inspections = [{ key = "share", title = "Share", part = "passed", whole = "inspected" }]'
)


def apart(column: str, code: str, key: str, of: str) -> str:
    """What a round counts apart: the entry of a column, and one measure."""
    return f'collectives = {{ column = "{column}", code = "{code}", measures = [{{ key = "{key}", of = "{of}", title = "Firms" }}] }}'


LAW = "codelists/which.csv"
LAW_HEAD = "building,answer,allowed,basis_shown,valid_from,valid_to,evidence\n"
WAIVER = (
    '[[waiver]]\nagency = "NOR"\nrule = "R02"\nreason = "x"\napprover = "y"\ndecided = 2030-01-01\n'
)
WINDOW = "utc_offset = 0"

CASES = [
    # --- the shape of files
    Case("not_toml", R, 'version = "3"', "version = ", "2"),
    Case("not_python", T, PASSED, 'with = count("Passed", unit="buildings")', LINE),
    Case("not_python", T, PASSED, 'passed = count("Passed", untis="buildings")', LINE),
    Case("no_tables", T, "TABLES = (Info, Inspections, Fines)", "TABLES = 1", "TABLES"),
    Case("not_python", T, "TABLES = (", "raise SystemExit(0)\nTABLES = (", str(TABLES_LINE)),
    Case("no_cross_rules", T, "CROSS_RULES =", "CROSS_RULE =", "CROSS_RULES"),
    Case("no_cross_rules", T, "CROSS_RULES = (", 'CROSS_RULES = (AtLeast(id="R02", at="fined", of=("fined",)),', "CROSS_RULES"),
    Case("no_tables", T, "TABLES =", "TABLE =", "TABLES"),
    Case("wrong_type.field", T, PASSED, 'passed = count("Passed", unit=5)', "inspections.passed.unit"),
    Case("wrong_type.field", T, PASSED, 'passed = count(None, unit="buildings")', "inspections.passed.title"),
    Case("wrong_type.field", T, PASSED, 'passed = count("Passed", maximum=float("inf"))', "inspections.passed.maximum"),
    Case("wrong_type.field", T, 'of=("fined",)', 'of="fined"', "fines.R02.of"),
    Case("wrong_type.field", T, 'id="R02"', "id=2", "fines.2.id"),
    Case("wrong_type.field", T, 'by=("building",),', 'by="building",', "CROSS_RULES.X02.by"),
    Case("binding_rule", R, "", '\n[rules.S01]\nstate = "draft"\n', "rules.S01"),
    Case("programs_rule", T, 'id="R02"', 'id="S05"', "fines.S05"),
    Case("blank_key", "waivers.toml", "", WAIVER.replace('"x"', '" "'), "waiver.1.reason"),
    Case("not_a.code_column", T, 'at="nil", nil_code="Y"', 'at="signed_on", nil_code="Y"', "CROSS_RULES.S13.at"),
    Case("unknown_key", R, SUMMARY, 'crosings = ["quarter"]', "summaries.1.crosings"),
    Case("unknown_key", R, WINDOW, "utc_offset = 0\ncolour = 1", "window.colour"),
    Case("unknown_key", R, "deadline =", "dead_line =", "window.dead_line"),
    Case("unknown_key", O, 'kind = "REPORT"', 'kind = "REPORT"\nfoot = "x"', "report.foot"),
    Case("missing_key", R, 'parent = "FIRE OFFICE"\n', "", "publisher.parent"),
    Case("wrong_length", R, "", '\n[dimensions]\nsize = ["building"]\n', "dimensions.size"),
    Case("not_one_of", R, "", '\n[rules.R02]\nstate = "betta"\n', "rules.R02.state"),
    Case("not_one_of", R, "", '\n[rules.R02]\nseverity = "F"\n', "rules.R02.severity"),
    Case("no_such.gap", O, 'chart = "bars"', 'says = ["So many: {inspectd}."]', "report.figures.1.says.1"),
    Case("no_such.gap", O, 'chart = "bars"', 'part = "large"', "report.figures.1.part"),
    Case("no_such.dimension", O, 'chart = "bars"', 'across = "size"', "report.figures.1.across"),
    Case("no_such.any_measure", O, 'kind = "REPORT"', 'kind = "REPORT"\nparts.large = { title = "x", column = "size", attribute = "a", value = "b" }', "report.parts.large.column"),
    Case("no_such.attribute", O, 'kind = "REPORT"', 'kind = "REPORT"\nparts.large = { title = "x", column = "building", attribute = "a", value = "b" }', "report.parts.large.attribute"),
    Case("no_such.measure", O, 'kind = "REPORT"', 'kind = "REPORT"\nsettled.done = { table = "inspections", measure = "inspected", part = "fixed", whole = "inspected" }', "report.settled.done"),
    Case("no_such.dimension", O, "", '\n[brief]\nranked = [{ by = "size" }]\n', "brief.ranked.1.by"),
    Case("no_such.table", O, "", '\n[brief]\nnamed = [{ table = "causes", by = "group", title = "x" }]\n', "brief.named.1.table"),
    Case("no_such.code", O, "", '\n[brief]\nnamed = [{ table = "fines", by = "building", title = "x", where = { building = "BARN" } }]\n', "brief.named.1.where.building"),
    Case("no_such.measure", O, "", '\n[brief]\ndone = { table = "inspections", whole = "inspected", parts = ["fixed"] }\n', "brief.done"),
    Case("not_one_of", O, 'chart = "bars"', 'chart = "pie"', "report.figures.1.chart"),
    Case("not_one_of", A, "REG,,yes,North", "REG,,ja,North", "2"),
    Case("not_one_of", T, FINED, 'rules=(AtLeast(id="R02", severity="F", at="fined", of=("fined",)),)', "fines.R02.severity"),
    Case("wrong_type.text", R, 'version = "3"', "version = 3", "version"),
    Case("wrong_type.yes_no", R, 'version = "3"', 'version = "3"\ninvented = "yes"', "invented"),
    Case("wrong_type.number", R, WINDOW, 'utc_offset = "0"', "window.utc_offset"),
    Case("wrong_type.date", R, "end = 2031-06-30", 'end = "2031-06-30"', "window.end"),
    Case("wrong_type.list", R, SUMMARY, 'crossings = "quarter"', "summaries.1.crossings"),
    Case("wrong_type.table", R, "", "\n[rules]\nR02 = 1\n", "rules.R02"),
    # --- lists
    Case("no_file", R, 'version = "3"', 'version = "3"\nreferences = ["map"]', told_of="codelists/map.csv"),
    Case("missing_column", B, "code,name", "code,title", "1"),
    Case("ragged_row", B, "SCH,School,1,college,", "SCH,School,1,college", "2"),
    Case("semicolons", "codelists/places.csv", "", "code;name\nNORTH;North\n", "1"),
    Case("blank_heading", "codelists/places.csv", "", "code,name, \nNORTH,North,\n", "1"),
    Case("repeated_heading", "codelists/places.csv", "", "code,name,name\nNORTH,North,North\n", "1"),
    Case("days_in_order", "codelists/places.csv", "", "code,name,valid_from,valid_to\nNORTH,North,2031-02-01,2031-01-31\n", "2"),
    Case("code_names_no_file", A, "NOR,", "Con,", "code"),
    Case("repeated_file", R, "by-building.xlsx", "tien-do-va-loi.xlsx", "summaries.1.file"),
    Case("blank_cell", B, "SCH,School", ",School", "2"),
    Case("repeated_code", B, "OTH,", "SCH,", "4"),
    Case("repeated_name", B, "Other building", "school", "4"),
    Case("short_is_long", B, ",ambiguous\nSCH,School,1,college,", ",short\nSCH,School,1,college,school", "2"),
    Case("repeated_name", B, ',ambiguous\nSCH,School,1,college,\nHOS,"Hospital, clinic",2,clinic,', ',short\nSCH,School,1,college,\nHOS,"Hospital, clinic",2,clinic,school', "3"),
    Case("repeated_name", B, ',ambiguous\nSCH,School,1,college,\nHOS,"Hospital, clinic",2,clinic,', ',short\nSCH,School,1,college,\nHOS,"Hospital, clinic",2,clinic,COLLEGE', "3"),
    Case("not_a_day", B, "ambiguous", "valid_to", "4"),
    Case("not_whole", R, 'version = "3"', 'version = "3"\nreferences = ["tile_map"]', "2", "codelists/tile_map.csv"),
    Case("nobody_in_scope", A, ",yes,", ",no,"),
    Case("succeeds_itself", B, "ambiguous\nSCH,School,1,college,", "succeeds\nSCH,School,1,college,HOS", "2"),
    Case("repeated_code", B, 'ambiguous\nSCH,School,1,college,\nHOS,"Hospital, clinic",2,clinic,', 'succeeds\nSCH,School,1,college,unknown\nHOS,"Hospital, clinic",2,clinic,', "4"),
    Case("unsure_basis", LAW, "", "SCH,Y,no,Article 1 of the Act,,,memory\n", "2"),
    Case("blank_cell", LAW, "", "SCH,Y,no,,,,source\n", "2"),
    Case("not_one_of", LAW, "", "SCH,Y,yes,,,,hearsay\n", "2"),
    # --- tables
    Case("repeated_table", T, "Inspections, Fines)", "Inspections, Fines, Fines)", "TABLES"),
    Case("one_form", T, "is_form=True, ", "", "TABLES"),
    Case("no_evidence", T, "evidence=True,", "", "TABLES"),
    Case("no_columns", T, "TABLES =", '@table("Empty", "EMPTY")\nclass Empty(Table):\n    """x"""\n\n\nTABLES = (Info, Inspections, Fines, Empty)\n_ =', "empty"),
    Case("no_such.list", T, '"FINES", ', '"FINES", prepared="building", ', "fines.prepared"),
    Case("nothing_prefilled", T, '"FINES", ', '"FINES", prepared="buildings", ', "fines.prepared"),
    Case("repeated_column", T, PASSED, f"{PASSED}\n    {PASSED}", "inspections.passed"),
    Case("repeated_title", T, '"Passed"', '"inspected "', "inspections.passed"),
    Case("repeated_title", T, '"Passed"', '"Passed", synonyms=("INSPECTED",)', "inspections.passed"),
    Case("reserved_key", T, "passed =", "agency =", "inspections.agency"),
    Case("bad_key", T, "passed =", "Passed =", "inspections.Passed"),
    Case("bad_key", T, "passed =", "passed__state =", "inspections.passed__state"),
    Case("no_title", T, '"Passed"', '" "', "inspections.passed"),
    Case("bounds", T, '"Passed", ', '"Passed", minimum=5, maximum=4, ', "inspections.passed"),
    Case("no_such.list", T, 'code("answers"', 'code("anwsers"', "info.nil"),
    Case("empty_list", "codelists/answers.csv", "Y,Yes,1,y\nN,No,2,n\n", "", "info.nil", T),
    Case("no_such.code_column", T, '"Kind of building", required=True, is_key=True', '"Kind of building", depends_on="quater", required=True, is_key=True', "inspections.building.depends_on"),
    Case("no_rule_for_dependent", T, '"Kind of building", required=True, is_key=True', '"Kind of building", depends_on="quarter", required=True, is_key=True', "inspections.building.depends_on"),
    Case("own_entry", T, '"Kind of building", required=True, is_key=True', '"Kind of building", own=True, required=True, is_key=True', "inspections.building"),
    Case("no_sheet_name", T, '@table("Fines"', '@table(""', "fines"),
    Case("long_sheet_name", T, '@table("Fines"', '@table("Fines that were paid in the year"', "fines"),
    *(Case("bad_sheet_name", T, '@table("Fines"', f"@table({name!r}", "fines") for name in ("a[b", "a]", "a:b", "a*", "a?", "a/b", "a\\b", "'a", "a'", "History")),
    Case("repeated_sheet", T, '@table("Fines"', '@table("office"', "fines"),
    Case("repeated_sheet", R, 'lists = "Lists"', 'lists = "FINES"', "sheets.lists"),
    # --- rules
    Case("bad_rule_id", T, 'id="R02"', 'id="fine"', "fines.fine"),
    Case("names_nothing", T, 'of=("fined",)', "of=()", "fines.R02.of"),
    Case("names_nothing", T, 'limits=("inspected",)', "limits=()", "CROSS_RULES.X02.limits"),
    Case("same_rule", T, FINED, FINED.replace("rules=(", 'rules=(AtLeast(id="R02", at="fined", of=("fined",)), '), "fines.R02"),
    Case("no_key_columns", T, FINED, FINED.replace("rules=(", 'rules=(UniqueKey(id="T01", at="fined"), '), "fines.T01.at"),
    Case("bad_round_key", R, 'round = "mini"', 'round = "../mini"', "round"),
    Case("no_message", T, 'of=("fined",)', 'of=("fined",), message="at_leats"', "fines.R02.message"),
    Case("no_such.column", T, 'AtLeast(id="R02", at="fined"', 'AtLeast(id="R02", at="finde"', "fines.R02.at"),
    Case("no_such.column", T, 'of=("fined",)', 'of=("finde",)', "fines.R02.of"),
    Case("no_such.column", T, 'limits=("inspected",)', 'limits=("inspcted",)', "CROSS_RULES.X02.limits"),
    Case("no_such.column", T, 'by=("building",),', 'by=("building",), each="kind",', "CROSS_RULES.X02.each"),
    Case("no_such.table", T, 'large="inspections"', 'large="inspection"', "CROSS_RULES.X02.large"),
    Case("no_such.table", T, 'table="fines"', 'table="fine"', "CROSS_RULES.X02.table"),
    Case("not_a.number_column", T, 'of=("fined",)', 'of=("day",)', "fines.R02.of"),
    Case("not_a.code_column", T, 'by=("building",),', 'by=("building",), each="day",', "CROSS_RULES.X02.each"),
    Case("not_a.date_column", T, FINED, FINED.replace("rules=(", 'rules=(Allowed(id="R03", at="building", given="building", pairs="which", day="fined"), '), "fines.R03.day"),
    Case("no_such.code", T, 'nil_code="Y"', 'nil_code="y"', "CROSS_RULES.S13.nil_code"),
    Case("no_such.pairs", T, FINED, FINED.replace("rules=(", 'rules=(Allowed(id="R03", at="building", given="building", pairs="which"), '), "fines.R03.pairs"),
    Case("no_such.attribute", T, FINED, FINED.replace("rules=(", 'rules=(BelongsTo(id="R04", at="building", parent="building", attribute="ower"), '), "fines.R04.attribute"),
    Case("no_such.code", T, FINED, FINED.replace("rules=(", 'rules=(BelongsTo(id="R04", at="building", parent="building", attribute="order", any_parent=("XXX",)), '), "fines.R04.any_parent"),
    Case("no_such.declared_attribute", T, 'by=("building",),', 'by=("building",), each="building", together=("building", "order", "1"),', "CROSS_RULES.X02.together"),
    Case("other_list", T, 'building = code("buildings", "Kind of building", required=True, width=24)', 'building = code("answers", "Kind of building", required=True, width=24)', "CROSS_RULES.X02.by"),
    Case("no_such.rule", R, "", '\n[rules.R20]\nstate = "beta"\n', "rules.R20"),
    Case("no_such.agency", R, "", '\n[letter.internal]\nagencies = ["NRO"]\n', "letter.internal.agencies"),
    Case("unknown_key", R, 'parent = "FIRE OFFICE"', 'parent = "FIRE OFFICE"\nplace = "x"', "publisher.place"),
    Case("wrong_type.list", R, "", '\n[letter]\nrecipients = "x"\n', "letter.recipients"),
    Case("bad_symbol", R, "", '\n[letter]\nsymbol = "/AB-CD"\n', "letter.symbol"),
    Case("bad_symbol", R, "", '\n[letter]\nsymbol = "No. 12/AB"\n', "letter.symbol"),
    Case("titled_signer", R, "", '\n[letter.internal]\nsigner = "TS. Nguyễn Văn A"\n', "letter.internal.signer"),
    Case("blank_line", R, "", '\n[letter]\nsigned_for = ["TL. A", " "]\n', "letter.signed_for.2"),
    Case("punctuated_line", R, "", '\n[letter]\nrecipients = ["- Như trên;"]\n', "letter.recipients.1"),
    Case("no_address", R, 'parent = "FIRE OFFICE"', 'parent = "FIRE OFFICE"\nemail = "fire.example"', "publisher.email"),
    Case("no_such.agency", "waivers.toml", "", WAIVER.replace("NOR", "NRO"), "waiver.1.agency"),
    Case("no_such.rule", "waivers.toml", "", WAIVER.replace("R02", "S01"), "waiver.1.rule"),
    # --- the rest of round.toml
    Case("window.end", R, "start = 2030-01-01", "start = 2031-07-01", "window.end"),
    Case("window.opening", R, WINDOW, f"{WINDOW}\nopening = 2029-12-31", "window.opening"),
    Case("window.deadline", R, "deadline = 2031-07-15", "deadline = 2031-06-30", "window.deadline"),
    Case("window.utc_offset", R, WINDOW, "utc_offset = 15", "window.utc_offset"),
    Case("no_such.column", R, "", '\n[contact]\nname = "signed_no"\n', "contact.name"),
    Case("no_such.table", R, "", '\n[across]\ncounts = [["fine", "fined"]]\n', "across.counts.1"),
    Case("no_such.measure", R, "", '\n[across]\ncounts = [["fines", "fine"]]\n', "across.counts.1"),
    Case("no_such.table", R, "", '\n[across]\namounts = [["fine", "fined"]]\n', "across.amounts.1"),
    Case("no_such.measure", R, "", '\n[across]\namounts = [["fines", "fine"]]\n', "across.amounts.1"),
    Case("across.jump", R, "", "\n[across]\njump = { times = 1, least = 0 }\n", "across.jump"),
    Case("no_such.column", R, "", '\n[across]\ndecisions = [["fines", "fined", "fined"]]\n', "across.decisions.1"),
    Case("no_such.dimension", R, "", '\n[dimensions]\nsize = ["biulding", "order"]\n', "dimensions.size"),
    Case("no_such.attribute", R, "", '\n[dimensions]\nsize = ["building", "ordre"]\n', "dimensions.size"),
    Case("no_such.dimension", R, "", '\n[dimension_titles]\nsize = "Size"\n', "dimension_titles.size"),
    Case("repeated_dimension", R, "", '\n[dimensions]\nquarter = ["building", "order"]\n', "dimensions.quarter"),
    Case("no_such.list", R, "", '\n[attributes]\n"buildings.order" = "orders"\n', "attributes.buildings.order"),
    Case("no_such.code", R, "", '\n[attributes]\n"buildings.order" = "answers"\n', "order", B),
    Case("no_such.code", A, "Headquarters,HQ,CEN", "Headquarters,HQ,CNE", "group"),
    Case("no_such.code", R, 'version = "3"', 'version = "3"\nown_locality_groups = ["RGE"]', "own_locality_groups"),
    Case("no_such.table", R, FIGURES, 'default_table = "inspection"', "figures.default_table"),
    Case("no_such.any_measure", R, FIGURES, f'{FIGURES}\nborrowed = ["amuont"]', "figures.borrowed"),
    Case("no_such.measure", R, FIGURES, f'{FIGURES}\ncrossed.fines = ["fine"]', "figures.crossed.fines"),
    Case("no_such.measure", R, FIGURES, f'{FIGURES}\n{RATE.replace("passed", "past")}', "figures.rates.inspections.1.part"),
    Case("repeated_rate", R, FIGURES, f'{FIGURES}\n{RATE.replace("share", "passed")}', "figures.rates.inspections.1.key"),
    Case("no_such.rate", R, FIGURES, f'{FIGURES}\nconcern.inspections = "share"', "figures.concern.inspections"),
    Case("no_such.dimension", R, FIGURES, f'{FIGURES}\ncomposition = {{ table = "fines", by = "quarter", measure = "fined" }}', "figures.composition.by"),
    Case("nothing_apart", R, FIGURES, f"{FIGURES}\n{apart('quarter', 'OTH', 'firms', 'amount')}", "figures.collectives.measures.1"),
    Case("no_such.code", R, FIGURES, f"{FIGURES}\n{apart('building', 'X', 'firms', 'amount')}", "figures.collectives.code"),
    Case("repeated_measure", R, FIGURES, f"{FIGURES}\n{apart('building', 'OTH', 'fined', 'amount')}", "figures.collectives.measures.1.key"),
    Case("not_apart", R, FIGURES, f"{FIGURES}\n{apart('building', 'OTH', 'firms', 'passed')}", "figures.collectives.measures"),
    Case("bad_file_name", R, "by-building.xlsx", "a/b.xlsx", "summaries.1.file"),
    Case("bad_file_name", O, "report.docx", "report.xlsx", "report.file"),
    Case("repeated_file", R, "", '\n[[summaries]]\nfile = "By-building.xlsx"\ntitle = "x"\ndimension = "quarter"\n', "summaries.2.file"),
    Case("no_such.dimension", R, 'dimension = "building"', 'dimension = "bilding"', "summaries.1.dimension"),
    Case("no_such.dimension", R, SUMMARY, 'crossings = ["quater"]', "summaries.1.crossings"),
    Case("average_by_place", R, SUMMARY, f'{SUMMARY}\nindicators = ["passed_agency"]', "summaries.1.indicators"),
    Case("no_such.indicator", R, SUMMARY, f'{SUMMARY}\nindicators = ["fine"]', "summaries.1.indicators"),
    # --- the outline
    Case("repeated_item", O, '{ code = "B"', '{ code = "A", name = "x" },\n  { code = "B"', "items"),
    Case("no_such.item", O, 'items = ["A", "B"]', 'items = ["A", "B", "C"]', "report.sections.1"),
    Case("no_such.table", O, 'table = "fines"', 'table = "fine"', "report.figures.3.table"),
    Case("no_such.dimension", O, 'by = "quarter"', 'by = "quater"', "report.figures.2.by"),
    Case("no_such.column", O, "", '\n[[texts]]\ntable = "fines"\ntext = "day"\nitem = "A"\n', "texts.1.text"),
    # --- words of another language
    Case("no_such.named_column", "words.toml", "", '[synonyms]\n"fines.pased" = ["x"]\n', "synonyms.fines.pased"),
    Case("repeated_title", "words.toml", "", '[synonyms]\npassed = ["INSPECTED"]\n', "inspections.passed", T),
    Case("no_such.named_column", "words_en.toml", "", '[columns]\npast = "Passed"\n', "columns.past"),
    Case("unknown_word", "messages/en/form.toml", "", 'moto = "x"\n', "form.moto", "messages/en"),
    Case("no_such.unit", "words_en.toml", "", '[units]\nbulidings = "x"\n', "units.bulidings"),
]  # fmt: skip
UNDECLARED = {
    "not_utf8": "test_a_file_of_another_encoding",
    "bad_list_name": "test_a_list_whose_file_has_a_name_for_no_formula",
    "wrong_type.whole": "no key of today's files is a whole number",
}
"""Faults whose case is no change of a text."""


def round_with(folder: Path, case: Case) -> Path:
    """The small round with one thing changed."""
    shutil.copytree(MINI, folder, ignore=shutil.ignore_patterns("__pycache__"))
    tables = folder / T
    tables.write_text(
        tables.read_text(encoding="utf-8").replace(
            ROWS, f"from schemas.rules.pairs import Allowed, BelongsTo; {ROWS}"
        ),
        encoding="utf-8",
    )
    (folder / "codelists" / "tile_map.csv").write_text(
        "locality,name,row,column\n1,x,1a,2\n", encoding="utf-8"
    ) if "tile_map" in case.new else None
    if case.file == LAW:
        (folder / LAW).write_text(LAW_HEAD, encoding="utf-8")
        (folder / R).write_text(
            (folder / R).read_text(encoding="utf-8")
            + '\n[pairs]\nwhich = ["building", "answer"]\n',
            encoding="utf-8",
        )
    path = folder / case.file
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    assert case.old in text
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        text.replace(case.old, case.new) if case.old else text + case.new, encoding="utf-8"
    )
    if 'pairs="which"' in case.new and case.fault != "no_such.pairs":
        (folder / R).write_text(
            (folder / R).read_text(encoding="utf-8") + '\n[pairs]\nwhich = ["a", "b"]\n',
            encoding="utf-8",
        )
        (folder / "codelists" / "which.csv").write_text(
            "a,b,allowed,basis_shown,valid_from,valid_to,evidence\n", encoding="utf-8"
        )
    return folder


def told(folder: Path) -> tuple[Fault, ...]:
    """All that loading a round, in every language, tells of it."""
    try:
        round_ = load_round(folder)
        for lang in LANGUAGES:
            in_language(round_, lang)
    except DeclarationError as error:
        return error.faults
    return ()


def name(case: Case) -> str:
    return f"{case.fault}-{case.place}"


@pytest.mark.parametrize("case", CASES, ids=name)
def test_each_fault_is_told_alone_with_its_file_and_place(case: Case, tmp_path: Path) -> None:
    faults = told(round_with(tmp_path / "mini", case))
    assert [(fault.key, fault.file, fault.place) for fault in dict.fromkeys(_flat(faults))] == [
        (case.fault, case.told_of or case.file, case.place)
    ]
    for lang in LANGUAGES:
        assert re.fullmatch(r"[^{}]+", faults[0].text(lang)), "a sentence without gaps"


@dataclass(frozen=True)
class _Flat:
    key: str
    file: str
    place: str


def _flat(faults: tuple[Fault, ...]) -> Iterator[_Flat]:
    return (_Flat(fault.key, fault.file, fault.place) for fault in faults)


def keys(entries: Any, before: str = "") -> Iterator[str]:
    for key, entry in entries.items():
        yield from [before + key] if isinstance(entry, str) else keys(entry, f"{before}{key}.")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_kind_of_fault_has_a_case(lang: str) -> None:
    assert {*keys(catalogue(lang)["round"]["faults"])} == {case.fault for case in CASES} | {
        *UNDECLARED
    }


def test_a_right_round_has_no_fault() -> None:
    for folder in (MINI, MINI.with_name("reservoirs"), ROOT / "schemas" / "cv4874"):
        assert told(folder) == ()


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    folder = round_with(
        tmp_path / "mini", Case("", R, SUMMARY, 'crossings = ["quater"]\ncolour = 1')
    )
    (folder / O).write_text(
        (folder / O).read_text(encoding="utf-8").replace('table = "fines"', 'table = "fine"'),
        encoding="utf-8",
    )
    assert [fault.place for fault in told(folder)] == [
        "summaries.1.colour",
        "summaries.1.crossings",
        "report.figures.3.table",
    ]


@pytest.mark.parametrize(("wrong", "meant"), [("crosings", "crossings"), ("filee", "file")])
def test_the_near_name_is_suggested(tmp_path: Path, wrong: str, meant: str) -> None:
    (fault,) = told(round_with(tmp_path / "mini", Case("", R, f"{meant} = ", f"{wrong} = ")))
    assert (
        fault.text("en")
        == f"round.toml, summaries.1.{wrong}: there is no key “{wrong}” here. Did you mean “{meant}”?"
    )
    assert fault.text("vi").endswith(f"Có phải là “{meant}”?")


@pytest.mark.parametrize("name", sorted(RESERVED))
def test_a_column_must_not_be_called_as_one_that_every_frame_has(tmp_path: Path, name: str) -> None:
    (fault,) = told(round_with(tmp_path / "mini", Case("", T, "passed =", f"{name} =")))
    assert (fault.key, fault.place) == ("reserved_key", f"inspections.{name}")


def test_a_file_of_another_encoding(tmp_path: Path) -> None:
    folder = round_with(tmp_path / "mini", Case("", B, "School", "Schule"))
    (folder / B).write_bytes(
        (folder / B).read_bytes().replace(b"Schule", "Gebäude".encode("latin-1"))
    )
    (folder / O).write_bytes((folder / O).read_bytes() + "# Gebäude".encode("latin-1"))
    assert [(fault.key, fault.file) for fault in told(folder)] == [("not_utf8", O)]
    shutil.copy(MINI / O, folder / O)
    assert [(fault.key, fault.file) for fault in told(folder)] == [("not_utf8", B)]


def test_a_list_whose_file_has_a_name_for_no_formula(tmp_path: Path) -> None:
    folder = round_with(tmp_path / "mini", Case("", T, '"buildings"', '"our buildings"'))
    (folder / B).rename(folder / "codelists" / "our buildings.csv")
    assert {fault.key for fault in told(folder)} == {"bad_list_name"}


# --- the command ---------------------------------------------------------------------------------


def command(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    line = [
        sys.executable,
        "-m",
        "pipeline.terminal.commands",
        "--lang",
        "en",
        *map(str, arguments),
    ]
    return subprocess.run(
        line, cwd=ROOT, capture_output=True, text=True, check=False, encoding="utf-8"
    )


def test_any_command_tells_all_faults_and_ends_with_3(tmp_path: Path) -> None:
    folder = round_with(
        tmp_path / "mini",
        Case("", T, 'AtLeast(id="R02", at="fined"', 'AtLeast(id="R02", at="finde"'),
    )
    done = command("--home", tmp_path, "--round", folder, "template")
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.splitlines()[0].startswith(
        "tables.py, fines.R02.at: table “fines” has no such column “finde”."
    )
    assert "Traceback" not in done.stderr
    assert command("round", "check", folder).returncode == 1


@pytest.mark.slow
def test_a_right_round_passes_the_check() -> None:
    done = command("round", "check", MINI)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.endswith(
        "the declarations fit, and an invented return went through the whole engine.\n"
    )


@pytest.mark.slow
def test_rules_that_no_return_can_keep_are_told(tmp_path: Path) -> None:
    folder = round_with(
        tmp_path / "mini", Case("", T, 'of=("fined",)', 'of=("fined",), minimum=10_000_000')
    )
    done = command("round", "check", folder)
    assert done.returncode == 1
    assert "must be corrected: R02 Fines B9" in done.stderr
