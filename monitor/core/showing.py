"""Other people's words made safe to show: in a line, a header, a terminal or a link.

Escaping for HTML and CSV is their renderers' work. Here goes what no reader should meet anywhere: control characters
(a terminal obeys them), line breaks where one line is promised, and marks that turn the direction of the text around
them (a headline must not rearrange the page it stands on).
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_INVISIBLE = re.compile(f"[{_BIDI}\u200b\u2060\ufeff\ufff9-\ufffb]")
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_ESCAPE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -/]*[0-~])|\x9b[0-?]*[ -/]*[@-~]")


def one_line(text: str, limit: int | None = None) -> str:
    """Text on one line: no controls, no invisible direction marks, single spaces; past `limit` cut with an ellipsis."""
    text = _INVISIBLE.sub("", _ESCAPE.sub("", text))
    text = re.sub(r" {2,}", " ", _CONTROLS.sub(" ", text)).strip()
    if limit is not None and len(text) > limit:
        cut = text[: limit - 1]
        head, space, _ = cut.rpartition(" ")
        text = (head if space and len(head) > limit // 2 else cut).rstrip(" ,;:-") + "…"
    return text


def safe_url(url: str | None) -> str | None:
    """The URL if a reader may be sent there: http or https with a host, and nothing but printable ASCII or letters."""
    if not url or len(url) > 2000 or any(c <= " " or (c > "~" and unicodedata.category(c)[0] in "CZ") for c in url):
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    return url if parts.scheme.lower() in ("http", "https") and host else None
