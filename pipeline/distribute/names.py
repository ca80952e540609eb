"""Names of cells and ranges in the template, and the view that rules' formulas have of them.

Names are short (a formula may have 8,192 characters) and never look like a cell. ``b3_persons``:
column ``persons`` of the table on position 3. Of a code list ``x``: ``dm_x`` the range of names
that dropdowns offer, ``ds_x`` the cell that joins them with aliases and numbers, ``da_x`` the cell
that joins its ambiguous words. ``cp_x``: pairs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.distribute.layout import FIRST_ROW, info_row, letter
from pipeline.distribute.workings import Workings, areas
from pipeline.office.sheetnames import quoted
from schemas.columns import TableSpec
from schemas.round.round import Round
from schemas.rules import formula as x

OWN_LOCALITY = "dia_phuong"
"""Name of the cell with the agency's own locality, or blank."""


def in_this_row(column: str) -> str:
    """Return a reference to a column's cell in the row of the condition or dropdown.

    Not ``$A9``: if that row is deleted, LibreOffice turns it into #REF! in all rows; if it is cut,
    LibreOffice follows it. MAX, because ROW() alone gives a list of one number, and INDEX then
    gives a value instead of a reference.
    """
    return f"INDEX(${column}:${column},MAX(ROW()))"


def in_workings(column: str) -> str:
    """Like :func:`in_this_row`, for a column on the sheet of workings."""
    return f"INDEX({column},MAX(ROW())-{FIRST_ROW - 1})"


@dataclass(frozen=True)
class Names:
    """The names in one round's template."""

    round_: Round
    positions: dict[str, int]
    workings: Workings

    @classmethod
    def of(cls, round_: Round) -> Names:
        """Make the names for all tables of ``round_``."""
        return cls(
            round_,
            {spec.key: position for position, spec in enumerate(round_.tables)},
            Workings(round_.sheets.workings),
        )

    def column(self, table: str, key: str) -> str:
        """Return the name of a column's filled part; on a label-value sheet, of its cell."""
        spec = self.round_.by_key[table]
        if spec.is_form:
            return f"{quoted(spec.sheet)}!$B${info_row(spec, key)}"
        return f"b{self.positions[table]}_{key}"

    def entries(self, table: str, key: str) -> str:
        """Return the name of the entry numbers in the filled part of a code column."""
        spec = self.round_.by_key[table]

        def formula() -> str:
            return self.entry(
                spec,
                key,
                areas(
                    spec.sheet, {column.key: letter(spec, column.key) for column in spec.columns}
                ),
            )

        return self.workings.named(
            f"e{self.positions[table]}_{key}", table, formula, self.last_row(table)
        )

    def entry_in_this_row(self, table: str, key: str) -> str:
        """Return the entry number in a dropdown's row, whichever of the entry's names is typed."""
        return in_workings(self.entries(table, key))

    def entry(self, spec: TableSpec, key: str, cells: Mapping[str, str]) -> str:
        """Return the formula for the number of an entry.

        In a column with ``own``, a blank means the agency's own locality in rows that have another
        required value.
        """
        column = spec.by_key[key]
        numbered = f"ds_{column.codes}"
        entry = x.entry_or_none(cells[key], numbered)
        if not column.own:
            return entry
        others = [
            each.key
            for each in spec.columns
            if each.required and not each.own and not each.is_number and not each.prefilled
        ]
        row = "+".join(
            x.given(cells[each]) for each in others[:1] or [each for each in cells if each != key]
        )
        own = f"IF(LEN({OWN_LOCALITY})*({row})>0,{x.entry_or_none(OWN_LOCALITY, numbered)},0)"
        return f"IF({x.blank(cells[key])},{own},{entry})"

    def group(self, table: str, by: Sequence[str], among: Mapping[str, Sequence[str]]) -> str:
        """Return the name of the rows' group numbers, 0 for a row in no group.

        See :class:`schemas.rules.formula.Cells`.
        """
        entries = [self.entries(table, key) for key in (*by, *among)]
        last = self.workings.last_of(table, entries[: len(by)])

        def formula() -> str:
            columns = self.round_.by_key[table].by_key
            whole = dict(zip((*by, *among), map(self.workings.whole, entries), strict=True))
            number = "0"
            for key in by:
                number = (
                    f"({number})*{len(self.round_.codes_of(columns[key]).entries) + 1}+{whole[key]}"
                )
            parts = [f"({whole[key]}>0)" for key in by]
            for key, codes in among.items():
                numbers = map(self.round_.codes_of(columns[key]).number, codes)
                parts.append(
                    "(" + "+".join(f"({whole[key]}={number_})" for number_ in numbers) + ")"
                )
            return f"{'*'.join(parts)}*({number})"

        return self.workings.named(
            f"g{self.positions[table]}_{'_'.join((*by, *among))}{len(among) or ''}",
            table,
            formula,
            last,
        )

    def grouped(self, table: str, keys: Sequence[str]) -> str:
        """Return the name of a number column down to the last grouped row.

        Of several columns, each row's first value that isn't blank is taken.
        """
        spec, last = self.round_.by_key[table], self.workings.last_of(table, [])
        if len(keys) == 1:
            return self.workings.beside(
                f"v{self.positions[table]}_{keys[0]}", spec.sheet, letter(spec, keys[0]), last
            )

        def formula() -> str:
            *others, number = (areas(spec.sheet, {key: letter(spec, key)})[key] for key in keys)
            number = x.amount(number)
            for area in reversed(others):
                number = f"IF({x.blank(area)},{number},{x.amount(area)})"
            return number

        return self.workings.named(
            f"v{self.positions[table]}_{'_'.join(keys)}", table, formula, last
        )

    def worked(
        self, spec: TableSpec, name: str, formula: Callable[[TableCells], str], last: str
    ) -> str:
        """Return the name of a column, worked out once, with ``formula``'s result for each row."""
        named = f"{name}{self.positions[spec.key]}_rows"
        return self.workings.named(
            named,
            spec.key,
            lambda: formula(TableCells(self, spec, in_range=True, whole=True)),
            last,
        )

    def filled(self, table: str) -> str:
        """Return the name of a column of 1 for data rows, else 0.

        It is worked out once: every required column asks for it.
        """
        spec = self.round_.by_key[table]

        def formula(cells: TableCells) -> str:
            asked = (column.key for column in spec.columns if not column.prefilled)
            return f"--({x.any_given(map(cells.cell, asked))})"

        return self.worked(spec, "f", formula, self.last_row(table))

    def all_filled(self, table: str) -> str:
        """Like :meth:`filled`, for all checked rows and for formulas on other sheets."""
        return f"{quoted(self.workings.sheet)}!{self.workings.whole(self.filled(table))}"

    def dependent(self, table: str, key: str) -> str:
        """Return the name of a dependent column's lists: a column per entry of the other column."""
        return f"pt_{self.positions[table]}_{key}"

    def last_row(self, table: str) -> str:
        """Return the name of the cell with a table's last filled row."""
        return f"bl_{table}"

    def row_count(self, table: str) -> str:
        """Return the name of the cell that counts a table's data rows."""
        return f"bn_{table}"


@dataclass(frozen=True)
class TableCells:
    """Implements :class:`schemas.rules.formula.Cells` for one table.

    ``in_range``: it gives filled ranges; else the cells in the row of the formula.
    """

    names: Names
    spec: TableSpec
    in_range: bool
    own_locality: str = OWN_LOCALITY
    whole: bool = False
    """Ranges reach the last checked row, for formulas on the sheet of workings."""

    def cell(self, key: str) -> str:
        if self.whole:
            return areas(self.spec.sheet, {key: letter(self.spec, key)})[key]
        if self.in_range or self.spec.is_form:
            return self.names.column(self.spec.key, key)
        return in_this_row(letter(self.spec, key))

    def column(self, table: str, key: str) -> str:
        return self.names.column(table, key)

    def row_count(self, table: str) -> str:
        return self.names.row_count(table)

    def numbered(self, codes: str) -> str:
        return f"ds_{codes}"

    def ambiguous(self, codes: str) -> str:
        return f"da_{codes}"

    def entry(self, key: str) -> str:
        if self.in_range and not self.spec.is_form:
            entries = self.entries(self.spec.key, key)
            return self.names.workings.whole(entries) if self.whole else entries
        return self.names.entry(self.spec, key, {each: self.cell(each) for each in self.spec.keys})

    def missing(self, key: str) -> str:
        blank = x.blank(self.cell(key))
        return f"{blank}*(LEN({self.own_locality})=0)" if self.spec.by_key[key].own else blank

    def entries(self, table: str, key: str) -> str:
        return self.names.entries(table, key)

    def group(
        self, table: str, by: Sequence[str], among: Mapping[str, Sequence[str]] | None = None
    ) -> str:
        return self.names.group(table, by, among or {})

    def sums(self, groups: str, within: str, amounts: str) -> str:
        return self.names.workings.beside_groups(
            groups, "SUMIF({within},{groups},{amounts})", within=within, amounts=amounts
        )

    def found(self, groups: str, within: str) -> str:
        return self.names.workings.beside_groups(
            groups, "IF(ISNUMBER(MATCH({groups},{within},0)),1,0)", within=within
        )

    def grouped(self, table: str, *keys: str) -> str:
        return self.names.grouped(table, keys)

    def days(self, codes: str, name: str) -> str:
        return f"dm_{codes}_{name}"

    def worked(self, name: str, formula: Callable[[x.Cells], str]) -> str:
        return self._of_rows(
            self.names.worked(self.spec, name, formula, self.names.last_row(self.spec.key))
        )

    def worked_part(self, name: str, formula: Callable[[x.Cells], str], by: Sequence[str]) -> str:
        table, entries = self.spec.key, [self.entries(self.spec.key, key) for key in by]
        last = self.names.workings.last_of(table, entries) if by else self.names.last_row(table)
        return self.names.worked(self.spec, name, formula, last)

    def _of_rows(self, named: str) -> str:
        """Return a column of the workings in the form in which ``cell`` gives the table's."""
        if self.whole:
            return self.names.workings.whole(named)
        return named if self.in_range else in_workings(named)

    def pairs(self, key: str, *, firm: bool) -> tuple[str, str, str]:
        stem = f"cp_{key.replace('.', '_')}_{'e' if firm else 'w'}"
        return stem, f"{stem}_from", f"{stem}_to"

    def filled(self) -> str:
        if self.spec.is_form:
            return "1"
        if self.in_range:
            return self.names.filled(self.spec.key)
        return x.any_given(
            self.cell(column.key) for column in self.spec.columns if not column.prefilled
        )
