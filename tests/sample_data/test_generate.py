"""The synthetic files are exactly what their generator makes, whatever the number of threads."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.profiles import for_each

NAMES = ("mirocals", "mirocals-prognostic", "mirocals-null")
SYNTHETIC = tuple(f"{name}{ending}.csv" for name in NAMES for ending in ("", ".visits"))


def generate(sample_data: Path, *options: str, threads: int = 1) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"OMP_NUM_THREADS": str(threads), "OPENBLAS_NUM_THREADS": str(threads)}
    command = [sys.executable, str(sample_data / "generate.py"), *options]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@for_each("threads", [1, 4])
def test_regenerates_every_file_bit_for_bit(sample_data: Path, tmp_path: Path, threads: int):
    assert generate(sample_data, "--into", str(tmp_path), threads=threads).returncode == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(SYNTHETIC)
    for name in SYNTHETIC:
        assert (tmp_path / name).read_bytes() == (sample_data / name).read_bytes(), name


def test_check_is_silent_when_nothing_differs(sample_data: Path):
    done = generate(sample_data, "--check")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_check_names_every_file_that_differs(sample_data: Path, tmp_path: Path):
    (tmp_path / "mirocals.csv").write_bytes((sample_data / "mirocals.csv").read_bytes())
    edited = (sample_data / "mirocals-null.csv").read_text().replace("Placebo", "IL-2", 1)
    (tmp_path / "mirocals-null.csv").write_text(edited)
    done = generate(sample_data, "--check", "--into", str(tmp_path))
    assert done.returncode == 1
    assert "mirocals-null.csv is not" in done.stderr
    assert "mirocals-prognostic.csv is not" in done.stderr
    assert "mirocals.csv is not" not in done.stderr
