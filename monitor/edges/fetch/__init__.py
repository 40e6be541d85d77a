"""Fetching feeds and pages over HTTP, with good manners and without trust.

    errors     what can go wrong, as a tree
    manners    how many requests a host sees, how far apart; robots.txt
    body       reading and unpacking an answer no further than its limits
    client     the way of one request

Two rules:
    No answer is read further than its limit, and no request lives longer than its deadline.
    One host sees at most two requests at a time, some seconds apart. Loopback needs no manners.
"""

from monitor.edges.fetch.client import Fetcher, FetchSettings, Response
from monitor.edges.fetch.errors import (
    BadBody,
    BadStatus,
    FetchError,
    HostBusy,
    NotAllowed,
    TimedOut,
    TooLarge,
    Unreachable,
)

__all__ = [
    "BadBody",
    "BadStatus",
    "FetchError",
    "FetchSettings",
    "Fetcher",
    "HostBusy",
    "NotAllowed",
    "Response",
    "TimedOut",
    "TooLarge",
    "Unreachable",
]
