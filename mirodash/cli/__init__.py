"""Command line: the program and its commands, each imported only when it is used."""

from __future__ import annotations

import importlib
import os

import click

from mirodash.version import describe_version

# read when numpy is imported, which only commands do: of small matrices two threads take twice the processor
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

COMMANDS = {
    "analyze": ("commands", "Print survival, effects and interaction for DATA."),
    "baseline": ("commands", "Print the baseline characteristics of DATA by arm and by group."),
    "code": ("commands", "Print a script that makes the same numbers in R or Python."),
    "export": ("file_commands", "Write DATA's pictures as PowerPoint slides."),
    "methods": ("commands", "Print the methods of an analysis as a paragraph."),
    "progression": ("commands", "Print how a repeated measurement changes in both arms of DATA."),
    "replay": ("file_commands", "Make the numbers of FILE again from DATA."),
    "scan": ("commands", "Look along every threshold of DATA's biomarker."),
    "serve": ("commands", "Open the dashboard, on DATA or on the built-in trials."),
}
"""The file that holds each command, and what it does in a line."""


class Commands(click.Group):
    """Commands that are not read before they run: half of a short answer's time would go into reading all.

    After click's example of lazily loaded subcommands; the lines of ``--help`` stand here as well, so that
    it need not read the commands for theirs.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, as ``--help`` lists them."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, None where there is none."""
        if cmd_name not in COMMANDS:
            return None
        file, _ = COMMANDS[cmd_name]
        return getattr(importlib.import_module(f"mirodash.cli.{file}"), cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands at the end of ``--help``."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in self.list_commands(ctx)])


def _print_version(ctx: click.Context, _: click.Parameter, value: bool) -> None:  # noqa: FBT001 - click's
    if value:
        # looked up only when it is asked for, because git is asked for the commit
        click.echo(f"mirodash {describe_version()}")
        ctx.exit()


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_print_version,
    help="Print version and commit.",
)
def main() -> None:
    """Who benefits from a treatment, and can I believe it?

    MiroDash compares two arms of a randomised trial: among everybody, and in the groups that a threshold
    on a biomarker makes. Nothing leaves this machine.

    \b
    Try it on a synthetic trial:
      mirodash analyze mirocals --threshold 3700
      mirodash serve
      mirodash scan mirocals
    On your own file:
      mirodash analyze trial.csv --time days --event died --event-value 1 --arm arm
        --control placebo --treated drug --biomarker pnfh --threshold 3700
    """  # noqa: D301 - click keeps the lines after a backspace character as they are
