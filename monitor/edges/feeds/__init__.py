"""Feeds: from untrusted bytes to plain entries, in a process that can be killed.

    model         what a feed is made of, and what can go wrong
    fields        single fields in their plain form
    syndication   RSS and Atom
    jsonfeed      JSON Feed
    agency        what agencies send: NewsML-G2, NewsML 1.2, ninjs
    parser        which format it is, and the worker that may be killed while finding out

Two rules:
    A feed that is malformed gives what can be read and a problem; only what is no feed at all is an error.
    HTML stays as the feed gave it: `monitor.edges.pages` makes it text, and whoever displays it sanitises it.
"""

from monitor.edges.feeds.model import FeedError, NotAFeed, ParsedEntry, ParsedFeed, Unreadable
from monitor.edges.feeds.parser import FeedParser, parse_feed

__all__ = ["FeedError", "FeedParser", "NotAFeed", "ParsedEntry", "ParsedFeed", "Unreadable", "parse_feed"]
