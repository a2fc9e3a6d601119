"""Break the program in the ways of ``mutants.toml``, one at a time, and see each caught by the test it names.

``make mutants`` prints a table, and exits with 1 when a mutant survives; nothing in the checkout is touched.
``python -m tests.mutants WORD ...`` takes the mutants whose description holds one of the words.
"""

from __future__ import annotations

import os
import queue
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.checkout import ROOT, copy_checkout

TABLE = Path(__file__).with_name("mutants.toml")
MAX_SECONDS = 600
PASSED, FAILED = 0, 1
"""What pytest exits with."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One way to break the program.

    Parameters
    ----------
    breaks : str
        What a reader would get, in a few words.
    file : str
        The file that is changed, from the root of the checkout.
    old, new : str
        The text that stands in it once, and what takes its place.
    killed_by : str
        The test that must fail, as pytest calls it.
    """

    breaks: str
    file: str
    old: str
    new: str
    killed_by: str

    def apply(self, root: Path) -> None:
        """Write the broken file below this root."""
        text = (ROOT / self.file).read_text(encoding="utf-8")
        (root / self.file).write_text(text.replace(self.old, self.new, 1), encoding="utf-8")

    def revert(self, root: Path) -> None:
        """Write the file below this root as it is in the checkout."""
        shutil.copyfile(ROOT / self.file, root / self.file)


def read_mutants() -> list[Mutant]:
    """Return every mutant of the table."""
    return [Mutant(**entry) for entry in tomllib.loads(TABLE.read_text(encoding="utf-8"))["mutant"]]


def run_test(root: Path, test: str) -> int:
    """Run one test below this root, and return what pytest exits with."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", test]
    # programs that a test starts are to be the broken ones too, and not those that are installed
    environment = {
        **os.environ,
        "HYPOTHESIS_PROFILE": "ci",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": str(root),
    }
    try:
        done = subprocess.run(
            command, cwd=root, env=environment, capture_output=True, check=False, timeout=MAX_SECONDS
        )
    except subprocess.TimeoutExpired:
        # a program that never answers is noticed by whoever waits for the suite
        return FAILED
    return done.returncode


def copy_compiled(folder: Path) -> Path:
    """Copy the checkout with everything compiled, so that no test compiles it again, and return the folder.

    What is compiled goes by what a file holds and not by its time: a mutant may be as long and as old.
    """
    copy_checkout(folder)
    command = [
        sys.executable,
        "-m",
        "compileall",
        "-qq",
        "--invalidation-mode",
        "checked-hash",
        "mirodash",
        "tests",
    ]
    subprocess.run(command, cwd=folder, check=True)
    return folder


def try_mutants(mutants: list[Mutant]) -> Iterator[tuple[Mutant, str]]:
    """Yield what became of each mutant: killed, survived, or that its test does not run as it is."""
    copies: queue.SimpleQueue[Path] = queue.SimpleQueue()

    def judge(mutant: Mutant) -> str:
        root = copies.get()
        try:
            mutant.apply(root)
            code = run_test(root, mutant.killed_by)
        finally:
            mutant.revert(root)
            copies.put(root)
        return {PASSED: "survived", FAILED: "killed"}.get(code, f"test does not run (exit {code})")

    def passes(test: str) -> bool:
        root = copies.get()
        try:
            return run_test(root, test) == PASSED
        finally:
            copies.put(root)

    with tempfile.TemporaryDirectory() as folder:
        workers = os.cpu_count() or 1
        for number in range(workers):
            copies.put(copy_compiled(Path(folder) / str(number)))
        with ThreadPoolExecutor(workers) as pool:
            tests = sorted({mutant.killed_by for mutant in mutants})
            sound = dict(zip(tests, pool.map(passes, tests), strict=True))
            for mutant, verdict in zip(mutants, pool.map(judge, mutants), strict=True):
                yield mutant, verdict if sound[mutant.killed_by] else "test fails without the mutant too"


def main() -> int:
    """Print the table as it comes, and return 1 when a mutant was not killed."""
    words = sys.argv[1:]
    mutants = [m for m in read_mutants() if not words or any(word in m.breaks for word in words)]
    width = max(len(mutant.breaks) for mutant in mutants)
    killed = 0
    for mutant, verdict in try_mutants(mutants):
        print(f"{mutant.breaks:{width}}  {verdict:9}  {mutant.killed_by}", flush=True)
        killed += verdict == "killed"
    print(f"{killed} of {len(mutants)} killed")
    return int(killed < len(mutants))


if __name__ == "__main__":
    sys.exit(main())
