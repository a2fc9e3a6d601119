"""Statistics of a group of participants, each a value with everything that is ever said of it."""
