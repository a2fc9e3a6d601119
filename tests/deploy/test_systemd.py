"""The systemd units name what is there, and systemd itself finds nothing wrong with them."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

from tests.deploy.processes import DEPLOY, ROOT

UNITS = ("mirodash.service", "mirodash.socket")
INSTALLED = "/opt/mirodash"


def _unit(name: str) -> ConfigParser:
    """Read a unit; a line that stands there twice is an error."""
    unit = ConfigParser(delimiters=("=",), interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string((DEPLOY / name).read_text(encoding="utf-8"))
    return unit


def test_the_service_starts_what_is_in_the_repository():
    service = _unit("mirodash.service")["Service"]
    program, *arguments = shlex.split(service["ExecStart"])
    assert program == f"{INSTALLED}/.venv/bin/gunicorn"
    assert arguments[0] == "--config"
    assert (ROOT / Path(arguments[1]).relative_to(INSTALLED)).samefile(DEPLOY / "gunicorn.conf.py")
    assert arguments[2:] == ["app:server"]
    assert service["WorkingDirectory"] == INSTALLED
    assert service["User"] != "root"


def test_uploads_lie_in_a_private_folder_that_outlives_a_restart_and_not_a_stop():
    service = _unit("mirodash.service")["Service"]
    assert service["Environment"] == f"MIRODASH_UPLOADS=/run/{service['RuntimeDirectory']}"
    assert service["RuntimeDirectoryMode"] == "0700"
    assert service["RuntimeDirectoryPreserve"] == "restart"


def test_systemd_waits_for_the_last_answer():
    names: dict[str, object] = {}
    exec((DEPLOY / "gunicorn.conf.py").read_text(encoding="utf-8"), names)  # noqa: S102 - our own
    service = _unit("mirodash.service")["Service"]
    assert int(service["TimeoutStopSec"]) > int(str(names["graceful_timeout"]))
    assert (service["Type"], service["KillMode"]) == ("notify", "mixed")


def test_nginx_and_the_service_meet_at_one_socket():
    path = _unit("mirodash.socket")["Socket"]["ListenStream"]
    assert f"server unix:{path} " in (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    unit = _unit("mirodash.service")["Unit"]
    assert unit["Requires"] == "mirodash.socket"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed.")
def test_systemd_finds_nothing_wrong(tmp_path: Path):
    for name in UNITS:
        text = (DEPLOY / name).read_text(encoding="utf-8")
        installed = f"{INSTALLED}/.venv/bin/gunicorn"
        text = text.replace(installed, sys.executable).replace(
            "/bin/kill", shutil.which("kill") or "/bin/true"
        )
        (tmp_path / name).write_text(text, encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *(str(tmp_path / name) for name in UNITS)],
        capture_output=True,
        text=True,
        check=False,
    )
    # other units of this machine are not ours to judge
    said = [line for line in done.stderr.splitlines() if "mirodash" in line]
    assert (done.returncode, said) == (0, [])
