"""Whatever stands in a name stays a name: no script runs it, and the numbers are the same."""

from __future__ import annotations

import ast
import csv
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mirodash.errors import UnusableQuestionError
from mirodash.export.code import code
from mirodash.export.code.recipe import quote_python_text, quote_r_text
from mirodash.stratification.selection import Declaration, LevelFilter, Selection
from mirodash.trial.build import read_trial
from mirodash.trial.dictionary import Roles
from mirodash.trial.table import clean, level_name
from mirodash.trial.trial import Trial
from tests.export.code.same_numbers import check
from tests.profiles import NIGHTLY, for_each, share_of_examples

CANARY = "canary"
HOSTILE = (
    f'"); open("{CANARY}", "w"); ("',
    f'"); file.create("{CANARY}"); c("',
    f"'); open('{CANARY}', 'w'); ('",
    "back\\slash\\",
    "line\nbreak # not a comment",
    "\u2028separator\u2029",
    f'\r\nfile.create("{CANARY}")',
    "%d %s {0} {x} `tick` ${HOME} $(touch canary)",
    "#comment",
    '"""',
    "\\u0022); x",
    "\u202egnitirw\u202c \u05e9\u05dc\u05d5\u05dd",
    "\U0001f600 é ≤ 3",
    "=cmd|' /C calc'!A0",
    "NULL",
    "TRUE",
    "a,b;c\td",
    "\x1b[31mred",
    "-1.0",
    "x" * 3000,
    "{{}}",
    "\\N{BULLET}",
    "0",
)
BEGINNINGS = range(0, len(HOSTILE), 1 if NIGHTLY else 6)
"""A trial has eight names, so each of them is in some place; at night in every place."""
TEXTS = st.sampled_from(HOSTILE) | st.text(
    st.characters(exclude_characters="\0", exclude_categories=("Cs",)), min_size=1, max_size=20
)


def trial_with(names: tuple[str, str, str, str, str, str, str, str], folder: Path) -> tuple[Trial, Selection]:
    """A trial whose columns and levels have these names: five columns, two arms, one kept level."""
    time, event, arm, marker, kept, control, treated, level = names
    with (folder / "trial.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow([time, event, arm, marker, kept])
        for k in range(40):
            row = [k * 37 % 101, int(k % 3 > 0), (control, treated)[k % 2], k * 29 % 41]
            writer.writerow([*row, ("other level", level)[k % 5 > 0]])
    columns = [level_name(clean(name)) if k > 4 else clean(name) for k, name in enumerate(names)]
    roles = Roles(
        time=columns[0],
        time_unit="days",
        event=columns[1],
        event_value="1",
        arm=columns[2],
        biomarker=columns[3],
        control=columns[5],
        treated=columns[6],
    )
    trial = read_trial([folder / "trial.csv"], roles)
    assert columns[4] in trial.categories
    view = Selection(thresholds=(20.0,), horizon=50.0, filters=(LevelFilter(columns[4], (columns[7],)),))
    return trial, view


def test_python_reads_what_it_was_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    for k in BEGINNINGS:
        trial, view = trial_with(turned(k), tmp_path)
        check(trial, view, "python", tmp_path, tmp_path / "trial.csv")
        assert not (tmp_path / CANARY).exists()


@pytest.mark.r
def test_r_reads_what_it_was_given(tmp_path: Path):
    for k in BEGINNINGS:
        trial, view = trial_with(turned(k), tmp_path)
        check(trial, view, "r", tmp_path, tmp_path / "trial.csv")
        assert not (tmp_path / CANARY).exists()


def turned(k: int) -> tuple[str, str, str, str, str, str, str, str]:
    """Eight different hostile names, beginning with the k-th."""
    usable = [name for name in HOSTILE if clean(name)]
    rest = [usable[(k + i) % len(usable)] for i in range(8)]
    return tuple(rest)


@given(text=st.text())
@example(text="\0\x01\ud800\U0001f600'\"\\\n")
def test_python_reads_a_quoted_text_as_it_was(text: str):
    quoted = quote_python_text(text)
    assert quoted.isascii()
    assert "\n" not in quoted
    assert ast.literal_eval(quoted) == text


@pytest.mark.r
def test_r_reads_a_quoted_text_as_it_was(tmp_path: Path):
    texts = [*HOSTILE, *(chr(k) for k in range(1, 0x250)), "".join(map(chr, range(1, 0xD800, 7)))]
    lines = [quote_r_text(text) for text in texts]
    assert all(line.isascii() for line in lines)
    script = tmp_path / "quoted.R"
    joined = ",\n".join(lines)
    script.write_text(f"for (x in c({joined})) cat(as.integer(charToRaw(enc2utf8(x))), '\\n')\n")
    made = subprocess.run(["Rscript", "--vanilla", str(script)], capture_output=True, text=True, check=True)
    read = [bytes(map(int, line.split())).decode("utf-8") for line in made.stdout.splitlines()]
    assert read == texts


@for_each("text", ["\0", "a\ud800"])
def test_what_r_cannot_write_is_refused_in_a_sentence(text: str):
    with pytest.raises(UnusableQuestionError, match="no R script"):
        quote_r_text(text)


def entitled(trial: Trial, text: str) -> Trial:
    """The trial with this text wherever its dictionary may hold one."""
    dictionary = replace(
        trial.dictionary,
        title=text,
        biomarkers=(replace(trial.dictionary.biomarkers[0], short=text, unit=text),),
        endpoints=(replace(trial.dictionary.endpoints[0], origin=text),),
    )
    return replace(trial, dictionary=dictionary, fingerprint=f"sha256:{text.encode().hex()[:64]}")


def with_plain_names(folder: Path) -> tuple[Trial, Selection]:
    trial, view = trial_with(("time", "event", "arm", "marker", "kept", "a", "b", "c"), folder)
    declared = Declaration((20.0,), "plan", "2020-01-01")
    return trial, replace(view, declared=declared, strata=("kept",))


@given(text=TEXTS)
@share_of_examples(0.4)
def test_no_text_changes_the_python_code_around_it(text: str, tmp_path_factory: pytest.TempPathFactory):
    trial, view = with_plain_names(tmp_path_factory.mktemp("titled"))
    hostile = code(entitled(trial, text), view, "python")
    assert hostile.isascii()
    shapes = [
        [type(node) for node in ast.walk(ast.parse(script))]
        for script in (code(trial, view, "python"), hostile)
    ]
    assert shapes[0] == shapes[1]


@pytest.mark.r
def test_no_text_changes_the_r_code_around_it(tmp_path: Path):
    trial, view = with_plain_names(tmp_path)
    scripts = []
    for k, text in enumerate((*HOSTILE, "é" * 3000, "\\" * 3000)):
        (tmp_path / f"{k}.R").write_text(code(entitled(trial, text), view, "r"), encoding="ascii")
        scripts.append(str(tmp_path / f"{k}.R"))
    counted = "for (f in commandArgs(trailingOnly = TRUE)) cat(length(parse(f)), '')"
    made = subprocess.run(
        ["Rscript", "--vanilla", "-e", counted, *scripts], capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stderr
    plain = tmp_path / "plain.R"
    plain.write_text(code(trial, view, "r"), encoding="ascii")
    one = subprocess.run(["Rscript", "--vanilla", "-e", counted, str(plain)], capture_output=True, check=True)
    assert set(made.stdout.split()) == {one.stdout.decode().strip()}
