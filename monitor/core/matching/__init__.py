"""Matching: which articles carry the same text, which report the same event, and who is whose source."""
