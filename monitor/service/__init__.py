"""The service: what happens between the commands and the edges, one way of work a file."""
