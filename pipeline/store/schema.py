"""The tables of the ledger, but for those of rows, which follow from a round's declarations (:mod:`pipeline.store.rows`)."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS submission (
  id INTEGER PRIMARY KEY,
  round TEXT NOT NULL,
  sha256 TEXT NOT NULL,
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
  late_days INTEGER NOT NULL DEFAULT 0,
  UNIQUE (round, sha256)
) STRICT;
CREATE TABLE IF NOT EXISTS receipt (
  submission INTEGER NOT NULL REFERENCES submission (id),
  name TEXT NOT NULL,
  received TEXT NOT NULL,
  received_by TEXT NOT NULL,
  UNIQUE (submission, name)
) STRICT;
CREATE TABLE IF NOT EXISTS place (
  round TEXT NOT NULL,
  path BLOB NOT NULL,
  size INTEGER NOT NULL,
  changed INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  PRIMARY KEY (round, path)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS finding (
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
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS explanation (
  submission INTEGER NOT NULL REFERENCES submission (id),
  key TEXT NOT NULL,
  rule TEXT NOT NULL,
  sheet TEXT NOT NULL,
  column_title TEXT NOT NULL,
  value TEXT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (submission, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS aside (
  submission INTEGER NOT NULL REFERENCES submission (id),
  position INTEGER NOT NULL,
  sheet TEXT NOT NULL,
  cell TEXT NOT NULL,
  title TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (submission, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS mark (name TEXT PRIMARY KEY) STRICT;
CREATE TABLE IF NOT EXISTS decision (
  id INTEGER PRIMARY KEY,
  round TEXT NOT NULL,
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
) STRICT;
CREATE TABLE IF NOT EXISTS comparison (
  submission INTEGER PRIMARY KEY REFERENCES submission (id),
  earlier INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS layout (
  submission INTEGER NOT NULL REFERENCES submission (id),
  table_key TEXT NOT NULL,
  sheet TEXT NOT NULL,
  letters TEXT NOT NULL,
  PRIMARY KEY (submission, table_key)
) STRICT, WITHOUT ROWID;
"""
