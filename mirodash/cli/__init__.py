"""The command line: analyse a trial, look along its thresholds, or open it in the dashboard."""

from mirodash.cli.commands import main

__all__ = ["main"]
