"""The ledger: one SQLite file with submissions, findings, rows and where each value stood.

One writer, one transaction a batch. WAL with synchronous=FULL: what a transaction has written survives a power cut.
A submission is known by its SHA-256, so that writing it again changes nothing.
"""

from pipeline.store.database import alone
from pipeline.store.judgements import Judged
from pipeline.store.ledger import NOWHERE, Ledger, local
from pipeline.store.untold import Untold

__all__ = ["NOWHERE", "Judged", "Ledger", "Untold", "alone", "local"]
