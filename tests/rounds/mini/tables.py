"""A tiny round of other words: fire-safety inspections of three offices."""

from __future__ import annotations

from schemas.round.table import Table, code, count, date, decimal, table, text
from schemas.rules.between import CoveredBy
from schemas.rules.nil import NilAgrees
from schemas.rules.rows import AtLeast
from schemas.rules.unique_key import UniqueKey


@table("Office", "WHO REPORTS", is_form=True, essential=True)
class Info(Table):
    """Fill in once."""

    agency_code = text("Office code", required=True, prefilled=True)
    agency_name = text("Office name", required=True, prefilled=True)
    nil = code("answers", "Nothing inspected")
    signed_on = date("Signed on")


@table(
    "Inspections",
    "FIRE-SAFETY INSPECTIONS",
    essential=True,
    evidence=True,
    rules=(UniqueKey(id="T01", at="quarter"),),
)
class Inspections(Table):
    """One row a quarter and kind of building."""

    quarter = code("periods", "Quarter", required=True, is_key=True)
    building = code("buildings", "Kind of building", required=True, is_key=True, width=24)
    inspected = count("Inspected", required=True, unit="buildings")
    passed = count("Passed", unit="buildings")


@table("Fines", "FINES", rules=(AtLeast(id="R02", at="fined", of=("fined",)),))
class Fines(Table):
    """One row a fine."""

    building = code("buildings", "Kind of building", required=True, width=24)
    fined = count("Fined", required=True, unit="buildings")
    amount = decimal("Amount", unit="EUR")
    day = date("Day", in_window=True)


TABLES = (Info, Inspections, Fines)
CROSS_RULES = (
    NilAgrees(id="S13", table="info", at="nil", nil_code="Y"),
    CoveredBy(
        id="X02",
        table="fines",
        at="fined",
        large="inspections",
        by=("building",),
        limits=("inspected",),
    ),
)
