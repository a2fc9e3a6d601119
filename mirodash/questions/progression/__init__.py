"""Progression: how function declines in both arms, death allowed for in four ways, and biology beside it."""
