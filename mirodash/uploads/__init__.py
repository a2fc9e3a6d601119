"""Trials that readers brought: taken in with care, kept for them alone, and forgotten when not used."""
