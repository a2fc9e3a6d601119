"""Saved views for a talk: slides, stage, footer and methods paragraph."""
