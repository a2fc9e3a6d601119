"""The command line: analyse a trial, look along its thresholds, or open it in the dashboard."""

from mirodash.cli.code import code
from mirodash.cli.commands import main
from mirodash.cli.export import export
from mirodash.cli.methods import methods
from mirodash.cli.replay import replay

main.add_command(code)
main.add_command(export)
main.add_command(methods)
main.add_command(replay)

__all__ = ["main"]
