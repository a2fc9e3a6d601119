"""Run as a program: serves the product or the bare page to one browser, and prints its port."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

from dash import Dash
from werkzeug.serving import make_server

from benchmarks.bare_app import bare_app
from benchmarks.people import builtin
from mirodash.factory import create_app
from mirodash.settings import Settings
from mirodash.trial.build import read_trial


def main() -> None:
    """Serve ``bare`` or ``product``, the latter on the trial in the file named second, if any."""
    kind, *files = sys.argv[1:]
    app = bare_app(builtin()) if kind == "bare" else product([Path(file) for file in files])
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, app.server, threaded=True)
    print(server.port, flush=True)
    server.serve_forever()


def product(files: list[Path]) -> Dash:
    """The dashboard as anybody gets it."""
    trials = tuple(read_trial([file]) for file in files)
    return create_app(Settings(), trials=trials)


if __name__ == "__main__":
    main()
