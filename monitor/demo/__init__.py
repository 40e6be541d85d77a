"""The demo newsroom: invented stories, the outlets that carry them, and a run of the real daemon against them."""
