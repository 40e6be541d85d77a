"""Whose item is this, and have we had it before: canonical URLs and article keys. Pure.

Tracking parameters name the way a reader came, never what he reads. The list holds those that publishers, mail tools
and social networks document as such; a parameter that some site uses to select content (id, p, page, article, v) is
never on it.
"""

from __future__ import annotations

import re
from contextlib import suppress
from urllib.parse import SplitResult, urlsplit

from monitor.core.ids import short_id

_TRACKING = re.compile(
    r"""(?ix) ^(
      utm_\w+ | at_\w+ | mtm_\w+ | pk_(campaign|cid|content|keyword|kwd|medium|source)
    | matomo_\w+ | piwik_\w+ | hsa_\w+ | _hs\w+ | vero_\w+ | oly_\w+
    | xtor | xtref | xtcr | xtnp                       # AT Internet, the habit of the French press
    | fbclid | gclid | gclsrc | dclid | gbraid | wbraid | msclkid | yclid | twclid | ttclid | igshid | igsh | li_fat_id
    | mc_cid | mc_eid | mkt_tok | ml_subscriber\w* | s_kwcid | ef_id | epik | wt_mc | wt\.mc_id | wtrid | cmpid | cmp
    | ns_(campaign|mchannel|source|linkname|fee) | ocid | icid | ncid | nlid | cid_source | spm | scm | guccounter
    | ref_src | ref_url | feedtype | rss | from_rss | partner | smid | smtyp | taid | traffic_source
    | __twitter_impression | echobox | xt_\w+ | campaign_id | srnd | sref | cndid | esrc | tpcc
    )$"""
)
_DEFAULT_PORTS = {"http": 80, "https": 443}
_UNRESERVED = re.compile(r"%([0-9A-Fa-f]{2})")
_SAFE = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_UNSAFE = re.compile(r"[^!#$%&'()*+,\-./0-9:;=?@A-Z\[\]_a-z~]")


def canonical_url(url: str) -> str:
    """The URL without what does not select content; fetchable, and a fixed point of this function.

    Lower-case scheme and host (IDNA), no default port, no fragment, no tracking parameters, escapes in one spelling.
    The order of the parameters that remain, the trailing slash and "www." stay: a server may mind. What is no http(s)
    URL comes back trimmed and otherwise as it is.
    """
    parts = _split(url)
    if parts is None:
        return url.strip()
    path = _escapes(parts.path) or "/"
    query = "&".join(p for p in _escapes(parts.query).split("&") if p and not _TRACKING.match(p.partition("=")[0]))
    return f"{parts.scheme.lower()}://{_authority(parts)}{path}" + (f"?{query}" if query else "")


def article_key(outlet: str, guid: str | None, url: str | None) -> str:
    """The public id of one outlet's article ("a" and 12 hex digits): the same when the item arrives again.

    The address decides where it can: an outlet's section feeds give one article different guids (and different
    `?xtor=` tails), but send the reader to one page. Scheme, "www.", "m.", "amp." and a trailing slash are set aside
    here (not in `canonical_url`, which must stay fetchable). An address that is only a front page (some live tickers
    and quake lists give it for every item) identifies nothing: then the guid decides, as it does for items without
    an address. A guid that is itself an address is canonicalised like one.

    Third line of defence is the text: an item that changed both address and guid gets a new key, and the desk sees
    by its text digest that the outlet has published it before (a new version, or a silent repeat).

    The outlet is part of the key, so that an aggregator that lists another outlet's page stays a second carrier.
    Two feeds of one outlet must therefore be listed under one outlet name.
    """
    place = _place(url) or _place(guid, any_path=True)
    if place is None:
        given = (guid or "").strip() or (url or "").strip()
        place = f"guid:{given}"
    return short_id("a", " ".join(outlet.casefold().split()), place)


def host_of(url: str) -> str:
    """Host (and port, where it is not the default one) of an http(s) URL; empty for anything else."""
    parts = _split(url)
    return _authority(parts).rpartition("@")[2] if parts else ""


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url.strip())
        usable = parts.scheme.lower() in _DEFAULT_PORTS and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return None
    return parts if usable else None


def _authority(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    if not host.isascii():
        with suppress(UnicodeError):  # an underscore, an empty label: then as it is
            host = host.encode("idna").decode("ascii")
    host = f"[{host}]" if ":" in host else host
    user = parts.netloc.rpartition("@")[0]
    port = "" if parts.port in (None, _DEFAULT_PORTS[parts.scheme.lower()]) else f":{parts.port}"
    return (f"{user}@" if user else "") + host.lower() + port


def _escapes(text: str) -> str:
    """Percent escapes in one spelling: unreserved characters bare, hex digits upper case, the unsafe ones escaped."""

    def one(match: re.Match[str]) -> str:
        code = int(match[1], 16)
        return chr(code) if code in _SAFE else f"%{match[1].upper()}"

    bare = _UNSAFE.sub(lambda m: "".join(f"%{b:02X}" for b in m[0].encode("utf-8", "replace")), text)
    return _UNRESERVED.sub(one, bare)


def _place(url: str | None, *, any_path: bool = False) -> str | None:
    """Host, path and query of an address that can identify an article; None where it cannot."""
    if not url or _split(url) is None:
        return None
    authority, _, rest = canonical_url(url).partition("://")[2].partition("/")
    path, _, query = rest.partition("?")
    path = re.sub(r"(^|/)(amp|index\.(html?|php))/?$", "", path).rstrip("/")
    if not path and not query and not any_path:
        return None
    host = re.sub(r"^(www\d?|m|mobile|amp)\.(?=[^.]+\.)", "", authority.rpartition("@")[2])
    return f"{host}/{path}" + (f"?{query}" if query else "")
