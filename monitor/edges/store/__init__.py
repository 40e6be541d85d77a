"""The store: one database that holds what Echowire saw and decided (SQLite by default, PostgreSQL by URL).

    open_store(url)              a Store, its schema brought up to date
    store.transaction()          the one writer: a Window to decide by, and recording, all or nothing
    store (an Archive)           reading back: stories, articles, claims, feeds, notices

Rows, sessions and SQLAlchemy never leave this package.
"""

from monitor.edges.store.errors import StoreBusyError, StoreError
from monitor.edges.store.lock import DaemonLock
from monitor.edges.store.records import MailRecord, PollRecord, RecordedArticle
from monitor.edges.store.store import Store, open_store
from monitor.edges.store.transaction import Transaction

__all__ = [
    "DaemonLock",
    "MailRecord",
    "PollRecord",
    "RecordedArticle",
    "Store",
    "StoreBusyError",
    "StoreError",
    "Transaction",
    "open_store",
]
