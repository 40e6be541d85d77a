"""The export: one JSON object an article, for other programs. Its keys are a contract and keep their meaning."""

from __future__ import annotations

from typing import Any

from monitor.core.archive import ArticleRecord, MentionRecord
from monitor.core.wording import say


def export_line(article: ArticleRecord, language: str = "en") -> dict[str, Any]:
    """One article as the export gives it.

    `published` is ISO 8601 with its offset, or null. `derives_from` and `first_article` are article ids or null
    (`first_article` null: this article had the claim first). `text` is a verbatim span of the article, `claim` the
    same id wherever the same assertion is made, `status` and `verdict` verdict words, `relation` null or
    "updates:CLAIM", "denies:CLAIM", "confirms:CLAIM". `reason` is a sentence in `language`.
    """
    return {
        "id": article.key,
        "url": article.url,
        "source": article.outlet,
        "published": article.published.isoformat() if article.published else None,
        "story": article.story,
        "copy_group": article.copy_group,
        "origin": article.origin,
        "derives_from": article.derives_from,
        "verdict": article.verdict.value,
        "claims": [_claim(m, language) for m in article.mentions],
    }


def _claim(m: MentionRecord, language: str) -> dict[str, Any]:
    return {
        "text": m.text,
        "claim": m.claim,
        "status": m.status.value,
        "reason": say(m.reason, language),
        "first_article": m.first_article,
        "relation": m.relation,
    }
