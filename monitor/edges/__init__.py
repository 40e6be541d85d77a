"""The edges touch the world: one outside thing each. They do not know one another."""
