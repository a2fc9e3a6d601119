"""Survival statistics: arrays in, frozen results out; usable from a notebook."""
