"""Claims: cutting articles into assertions and telling what is new from what is an echo."""
