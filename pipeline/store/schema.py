"""The ledger's tables, except those of rows (see :mod:`pipeline.store.rows`)."""

from __future__ import annotations

import sqlite3

LAYOUT = 2
"""Version of the tables, in ``PRAGMA user_version``. 0: of 0.3.1, which set none. 1: without
mails, letters and files of no agency."""

TABLES = {
    "about": """(name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT""",
    "submission": """(
  id INTEGER PRIMARY KEY,
  sha256 TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  size INTEGER NOT NULL,
  received TEXT NOT NULL,
  received_by TEXT NOT NULL,
  judged_by TEXT NOT NULL DEFAULT '',
  agency TEXT NOT NULL DEFAULT '',
  identified_by TEXT NOT NULL DEFAULT '',
  verdict TEXT NOT NULL DEFAULT '',
  version TEXT NOT NULL DEFAULT '',
  digest TEXT NOT NULL DEFAULT '',
  modified TEXT NOT NULL DEFAULT '',
  signed_on TEXT NOT NULL DEFAULT '',
  nil INTEGER NOT NULL DEFAULT 0,
  likely TEXT NOT NULL DEFAULT '',
  is_doubted INTEGER NOT NULL DEFAULT 0,
  is_blank INTEGER NOT NULL DEFAULT 0,
  kind TEXT NOT NULL DEFAULT ''
) STRICT""",
    "receipt": """(
  submission INTEGER NOT NULL REFERENCES submission (id),
  name TEXT NOT NULL,
  received TEXT NOT NULL,
  received_by TEXT NOT NULL,
  UNIQUE (submission, name)
) STRICT""",
    # Which mail brought a file, by the name that the file came under.
    "mail": """(
  submission INTEGER NOT NULL REFERENCES submission (id),
  name TEXT NOT NULL,
  sender TEXT NOT NULL,
  sender_name TEXT NOT NULL,
  subject TEXT NOT NULL,
  sent TEXT NOT NULL,
  text TEXT NOT NULL,
  forwarded TEXT NOT NULL,
  PRIMARY KEY (submission, name)
) STRICT, WITHOUT ROWID""",
    "place": """(
  path BLOB PRIMARY KEY,
  size INTEGER NOT NULL,
  changed INTEGER NOT NULL,
  sha256 TEXT NOT NULL
) STRICT, WITHOUT ROWID""",
    "finding": """(
  submission INTEGER NOT NULL REFERENCES submission (id),
  position INTEGER NOT NULL,
  rule TEXT NOT NULL,
  severity TEXT NOT NULL,
  message TEXT NOT NULL,
  words TEXT NOT NULL,
  agency TEXT NOT NULL,
  file TEXT NOT NULL,
  sheet TEXT NOT NULL,
  cells TEXT NOT NULL,
  column_title TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (submission, position)
) STRICT, WITHOUT ROWID""",
    "explanation": """(
  submission INTEGER NOT NULL REFERENCES submission (id),
  key TEXT NOT NULL,
  rule TEXT NOT NULL,
  sheet TEXT NOT NULL,
  column_title TEXT NOT NULL,
  value TEXT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (submission, key)
) STRICT, WITHOUT ROWID""",
    "aside": """(
  submission INTEGER NOT NULL REFERENCES submission (id),
  position INTEGER NOT NULL,
  sheet TEXT NOT NULL,
  cell TEXT NOT NULL,
  title TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (submission, position)
) STRICT, WITHOUT ROWID""",
    "mark": "(name TEXT PRIMARY KEY) STRICT",
    "decision": """(
  id INTEGER PRIMARY KEY,
  choice TEXT NOT NULL,
  agency TEXT NOT NULL,
  target TEXT NOT NULL,
  value TEXT NOT NULL,
  reason TEXT NOT NULL,
  approver TEXT NOT NULL,
  until TEXT NOT NULL,
  revoked INTEGER NOT NULL,
  decided_by TEXT NOT NULL,
  decided_at TEXT NOT NULL
) STRICT""",
    # Letters that the program wrote, and those that somebody sent and entered.
    "letter": """(
  id INTEGER PRIMARY KEY,
  agency TEXT NOT NULL,
  about TEXT NOT NULL,
  at TEXT NOT NULL,
  sent INTEGER NOT NULL,
  recipient TEXT NOT NULL,
  cc TEXT NOT NULL,
  subject TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  noted_by TEXT NOT NULL,
  note TEXT NOT NULL
) STRICT""",
    "comparison": """(
  submission INTEGER PRIMARY KEY REFERENCES submission (id),
  earlier INTEGER NOT NULL
) STRICT""",
    "layout": """(
  submission INTEGER NOT NULL REFERENCES submission (id),
  table_key TEXT NOT NULL,
  sheet TEXT NOT NULL,
  letters TEXT NOT NULL,
  PRIMARY KEY (submission, table_key)
) STRICT, WITHOUT ROWID""",
    # How the rows of a declared table are laid out: columns, kinds and codes.
    "row_table": "(table_key TEXT PRIMARY KEY, layout TEXT NOT NULL) STRICT",
    # The verdict that another program or form gave, until the operator is told of a change.
    "rejudged": "(submission INTEGER PRIMARY KEY REFERENCES submission (id), "
    "verdict TEXT NOT NULL) STRICT",
    # What the next command tells the operator, once.
    "remark": "(id INTEGER PRIMARY KEY, key TEXT NOT NULL, words TEXT NOT NULL) STRICT",
}


def create(db: sqlite3.Connection) -> None:
    """Create the missing tables. Call within a transaction."""
    for name, columns in TABLES.items():
        db.execute(f"CREATE TABLE IF NOT EXISTS {name} {columns}")


def version(db: sqlite3.Connection) -> int:
    """Return the version of a ledger's tables."""
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def tables(db: sqlite3.Connection) -> set[str]:
    """Return the names of all tables of a database."""
    return {
        str(name) for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type='table'")
    }


def columns_of(db: sqlite3.Connection, table: str) -> list[str]:
    """Return the names of a table's columns, in order; none if it doesn't exist."""
    return [
        str(column) for (column,) in db.execute("SELECT name FROM pragma_table_info(?)", (table,))
    ]


def columns_of_today() -> dict[str, list[str]]:
    """Return the columns of each table as this program declares them."""
    empty = sqlite3.connect(":memory:")
    try:
        create(empty)
        return {name: columns_of(empty, name) for name in TABLES}
    finally:
        empty.close()
