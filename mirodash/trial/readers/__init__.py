"""Readers of files: each returns a table of text, within limits."""
