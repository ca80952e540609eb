"""Names of cells and ranges in the template, and the formulas' view of them.

Names are short (a formula may have 8,192 characters) and never look like a cell: ``b3_persons`` is column ``persons``
of the table on position 3, ``dm_x`` the names of code list ``x``, ``ds_x`` the cell that joins them, ``da_x`` the one that joins its ambiguous words, ``cp_x`` pairs.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from xlsxwriter.utility import xl_col_to_name

from pipeline.distribute.layout import INFO_FIRST_ROW
from pipeline.office.sheetnames import quoted
from schemas.columns import TableSpec
from schemas.round.round import Round

OWN_LOCALITY = "dia_phuong"
"""Name of the cell with the agency's own locality, or nothing."""


def letter(spec: TableSpec, key: str) -> str:
    """Column letter of a declared column on its sheet."""
    return "B" if spec.is_form else str(xl_col_to_name(spec.keys.index(key)))


def info_row(spec: TableSpec, key: str) -> int:
    """Row of a label on a label-value sheet."""
    return INFO_FIRST_ROW + spec.keys.index(key)


def in_this_row(column: str) -> str:
    """The cell of a column in the row of the cell that a condition or a dropdown is about.

    Not ``$A9``: LibreOffice turns that into #REF! for all rows when the first one is deleted, and follows it when that is cut.
    MAX, because ROW() alone gives a list of one number, of which INDEX makes a value where a reference is wanted.
    """
    return f"INDEX(${column}:${column},MAX(ROW()))"


@dataclass(frozen=True)
class Names:
    """The names of one round's template."""

    round_: Round
    positions: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, round_: Round) -> Names:
        """Names for all tables of ``round_``."""
        return cls(round_, {spec.key: position for position, spec in enumerate(round_.tables)})

    def column(self, table: str, key: str) -> str:
        """The filled part of a column; one cell on a label-value sheet."""
        spec = self.round_.by_key[table]
        if spec.is_form:
            return f"{quoted(spec.sheet)}!$B${info_row(spec, key)}"
        return f"b{self.positions[table]}_{key}"

    def dependent(self, table: str, key: str) -> str:
        """The block of lists of a dependent column, one an entry of the column it depends on."""
        return f"pt_{self.positions[table]}_{key}"

    def last_row(self, table: str) -> str:
        """The cell that holds a table's last filled row."""
        return f"bl_{table}"

    def row_count(self, table: str) -> str:
        """The cell that counts a table's data rows."""
        return f"bn_{table}"


@dataclass(frozen=True)
class Cells:
    """The :class:`schemas.rules.formula.Cells` of one table: whole ranges, or the cells of its first data row."""

    names: Names
    spec: TableSpec
    in_range: bool
    own_locality: str = OWN_LOCALITY

    def cell(self, key: str) -> str:
        if self.in_range or self.spec.is_form:
            return self.names.column(self.spec.key, key)
        return in_this_row(letter(self.spec, key))

    def column(self, table: str, key: str) -> str:
        return self.names.column(table, key)

    def row_count(self, table: str) -> str:
        return self.names.row_count(table)

    def joined(self, codes: str) -> str:
        return f"ds_{codes}"

    def ambiguous(self, codes: str) -> str:
        return f"da_{codes}"

    def names_of(self, codes: str) -> str:
        return f"dm_{codes}"

    def attribute(self, codes: str, name: str) -> str:
        return f"dm_{codes}_{name}"

    def pairs(self, key: str, *, firm: bool) -> tuple[str, str, str]:
        stem = f"cp_{key.replace('.', '_')}_{'e' if firm else 'w'}"
        return stem, f"{stem}_from", f"{stem}_to"

    def filled(self) -> str:
        if self.spec.is_form:
            return "1"
        return f"({'+'.join(f'IFERROR(LEN(TRIM({self.cell(c.key)})),1)' for c in self.spec.columns if not c.prefilled)}>0)"
