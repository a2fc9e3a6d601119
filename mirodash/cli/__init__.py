"""The command line: analyse a trial, look along its thresholds, take it away, or open the dashboard."""

from mirodash.cli.program import main

__all__ = ["main"]
