"""The core decides. Everything here is pure: no I/O, no clock, no log, no environment."""
