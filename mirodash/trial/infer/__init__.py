"""Infers what the columns of a file probably mean, and says why."""
