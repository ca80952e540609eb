"""Water accounts of three river boards: fractions, negative changes, a prefilled list."""

from __future__ import annotations

from schemas.round.table import Table, code, count, date, decimal, table, text
from schemas.rules.between import CoveredBy, Explained, KnownIn
from schemas.rules.days import InPeriod
from schemas.rules.nil import NilAgrees
from schemas.rules.rows import AtLeast, Breakdown, SumOf
from schemas.rules.unique_key import UniqueKey

VOLUME = "ML"


@table("Board", "WHO REPORTS", is_form=True, essential=True)
class Info(Table):
    """Fill in once."""

    agency_code = text("Board code", required=True, prefilled=True)
    agency_name = text("Board name", required=True, prefilled=True)
    nil = code("answers", "No water held")
    signed_on = date("Signed on")


@table(
    "Balance",
    "WATER BALANCE",
    essential=True,
    evidence=True,
    rules=(
        SumOf(id="R01", at="net", parts=("inflow", "change")),
        Breakdown(id="R01", at="net", parts=("inflow", "change")),
        AtLeast(id="R02", at="inflow", of=("inflow", "correction"), minimum=-1),
        UniqueKey(id="T01", at="quarter"),
    ),
)
class Balance(Table):
    """One row per quarter and reservoir."""

    quarter = code("periods", "Quarter", required=True, is_key=True)
    reservoir = code("reservoirs", "Reservoir", required=True, is_key=True, width=24)
    inflow = decimal("Inflow", required=True, unit=VOLUME, help="Megalitres, fractions too.")
    change = decimal("Change of level", minimum=-5, maximum=7.5, unit="m")
    net = decimal("Net change", minimum=None, unit=VOLUME)
    correction = count("Corrections", required=True, minimum=-3)
    drift = count("Drift of the gauge", minimum=None)
    debt = decimal("Owed to others", minimum=None, maximum=0, unit=VOLUME)
    lowest = decimal("Lowest temperature", minimum=-0.5, counted=False)
    grade = count("Grade", minimum=1, maximum=5, counted=False)


@table(
    "Releases",
    "RELEASES",
    rules=(
        InPeriod(id="V05", at="day", period="quarter"),
        AtLeast(id="R02", at="volume", of=("volume",)),
    ),
)
class Releases(Table):
    """One row per release."""

    quarter = code("periods", "Quarter", required=True)
    reservoir = code("reservoirs", "Reservoir", required=True, width=24)
    volume = decimal("Volume", required=True, unit=VOLUME)
    day = date("Day", in_window=True)
    remark = text("Remark", max_length=20)


@table("Stocks", "STOCKS", prepared="stocks", rules=(UniqueKey(id="T01", at="stock"),))
class Stocks(Table):
    """One row per kind of stock, filled in beforehand."""

    stock = code("stocks", "Stock", required=True, is_key=True, prefilled=True, width=24)
    held = decimal("Held", unit=VOLUME)
    lost = count("Lost", minimum=-3, unit="barrels")


TABLES = (Info, Balance, Releases, Stocks)
PLACE = ("quarter", "reservoir")
CROSS_RULES = (
    NilAgrees(id="S13", table="info", at="nil", nil_code="Y"),
    CoveredBy(
        id="X02", table="releases", at="volume", large="balance", by=PLACE, limits=("inflow",)
    ),
    Explained(id="X01", table="balance", at="change", large="releases", measure="volume", by=PLACE),
    KnownIn(id="X03", table="releases", at="volume", large="balance", by=("reservoir",)),
)
