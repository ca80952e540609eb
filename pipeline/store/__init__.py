"""The ledger: one SQLite file with submissions, rows, findings, verdicts and decisions.

One writer at a time, one transaction per batch. WAL with synchronous=FULL: what was committed
survives a power cut. A submission is known by its SHA-256: writing it again changes nothing.
"""

from pipeline.store.database import alone
from pipeline.store.judgements import JudgedSubmission
from pipeline.store.ledger import NOWHERE, Ledger
from pipeline.store.receipts import local
from pipeline.store.untold import Untold

__all__ = ["NOWHERE", "JudgedSubmission", "Ledger", "Untold", "alone", "local"]
