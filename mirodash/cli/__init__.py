"""The command line: analyse a trial, look along its thresholds, or open it in the dashboard."""

from mirodash.cli.commands import main
from mirodash.cli.methods import methods

main.add_command(methods)

__all__ = ["main"]
