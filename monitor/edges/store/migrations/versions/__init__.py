"""Schema revisions, numbered: a revision that has been released is never edited."""
