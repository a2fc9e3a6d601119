"""An R script, with survival, that makes the numbers of a view again."""

from __future__ import annotations

from collections.abc import Iterator

from mirodash.export.code import r_reading as reading
from mirodash.export.code import r_statistics as statistics
from mirodash.export.code.header import header
from mirodash.export.code.quoting import listed, number, r_text, remark
from mirodash.export.code.recipe import Numeric, Recipe

MADE_WITH = "R 4.2 and survival 3.5"
ENCODINGS = {"utf-8-sig": "UTF-8", "utf-16": "UTF-16", "cp1252": "CP1252", "latin-1": "latin1"}


def r_script(recipe: Recipe, *, standing: str) -> str:
    """The whole script; everything from the trial stands in its block of constants.

    Raises
    ------
    UnusableQuestionError
        When a name cannot be written in R.
    """
    names = "ADSL ADTTE" if len(recipe.files) > 1 else "FILE"
    top = "\n".join(
        header(recipe, r_text, standing=standing, made_with=MADE_WITH, run=f"Rscript script.R {names}")
    )
    chosen = "\n".join(_chosen(recipe))
    return (
        f"{top}\n\n{statistics.LIBRARIES}\n\n{chosen}\n\n"
        + "".join(_functions(recipe))
        + statistics.STATISTICS
    )


def _chosen(recipe: Recipe) -> Iterator[str]:
    """What was chosen, as constants."""
    file = recipe.files[0]
    yield f"files <- {_texts(recipe.paths)}"
    if file.delimiter:
        yield f"separator <- {r_text(file.delimiter)}"
        yield f"encoding <- {r_text(ENCODINGS[file.encoding])}"
    if recipe.files[-1].param:
        yield f"paramcd <- {r_text(recipe.files[-1].param)}"
    yield from _outcome(recipe)
    yield from _kept(recipe)
    if recipe.named_limits:
        own, names = [_limits(c) for c in recipe.named_limits], tuple(c.column for c in recipe.named_limits)
        limits = f"setNames(list({', '.join(own)}), {_texts(names)})"
        yield f"limits <- {limits}  # of the assay, for values that only name them"
    if recipe.biomarker:
        yield f"biomarker <- {r_text(recipe.biomarker.column)}"
        yield f"thresholds <- c({', '.join(map(number, recipe.thresholds))})"
    yield f"labels <- {_texts(recipe.labels)}"


def _outcome(recipe: Recipe) -> Iterator[str]:
    end = recipe.endpoint
    value = r_text(end.event_value) if isinstance(recipe.event_value, str) else number(recipe.event_value)
    yield f"arm_column <- {r_text(recipe.arm)}"
    yield f"control <- {r_text(recipe.control)}"
    yield f"treated <- {r_text(recipe.treated)}"
    yield f"time_column <- {r_text(end.time)}  # {end.unit} from {remark(end.origin, r_text)}"
    yield f"event_column <- {r_text(end.event)}"
    yield f"event_value <- {value}"
    if recipe.one_row_each:
        yield f"participant_column <- {r_text(recipe.one_row_each)}"
    if recipe.longest is not None:
        yield f"longest <- {number(recipe.longest)}  # time that can be: a hundred years"
    if recipe.decimals is not None:
        yield f"decimals <- {recipe.decimals}  # of the times in the file"
    yield f"horizon <- {number(recipe.horizon)}"
    yield f"confidence <- {number(recipe.confidence)}"


def _kept(recipe: Recipe) -> Iterator[str]:
    if recipe.levels:
        kept = [f"list(name = {r_text(column)}, levels = {_texts(names)})" for column, names in recipe.levels]
        yield listed("keep <- list(", kept, ")  # only participants with one of these")
    if recipe.ranges:
        yield listed("ranges <- list(", [_range(*r) for r in recipe.ranges], ")  # both ends included")


def _texts(texts: tuple[str, ...]) -> str:
    return listed("c(", [r_text(text) for text in texts], ")", before=20)


def _range(column: Numeric, low: float | None, high: float | None) -> str:
    ends = f"low = {'-Inf' if low is None else number(low)}, high = {'Inf' if high is None else number(high)}"
    return f"list(name = {r_text(column.column)}, {ends})"


def _limits(column: Numeric) -> str:
    lower, upper = ("NA" if limit is None else number(limit) for limit in (column.lower, column.upper))
    return f"c({lower}, {upper})"


def _functions(recipe: Recipe) -> Iterator[str]:
    """The functions this file needs, none that it does not."""
    file, typed = recipe.files[0], recipe.kind != ".csv"
    yield reading.FIND
    if typed:
        yield reading.read_typed(recipe.kind, lines_above=file.lines_above)
    else:
        yield reading.read_text(lines_above=file.lines_above, widest=file.widest)
    yield reading.TIDY if recipe.printable else reading.TIDY_ANY
    yield reading.cells(decimal_comma=file.decimal_comma, typed=typed)
    if recipe.has_number_levels:
        yield reading.LEVEL
    yield reading.number(
        typed=typed, limits=recipe.has_limits, named=bool(recipe.named_limits), strict=recipe.strict
    )
    if recipe.close_times:
        yield reading.CLOSE_TIMES
    if recipe.one_row_each:
        yield reading.FIRST_ROWS
    if len(recipe.files) > 1:
        yield reading.join(one_param=bool(recipe.files[-1].param), one_row_each=bool(recipe.one_row_each))
    yield "".join(_participants(recipe))


def _participants(recipe: Recipe) -> Iterator[str]:
    """From the file to the participants of the view, in the steps this view takes."""
    one_file = len(recipe.files) == 1
    levels = "level(" if recipe.has_number_levels else "cells("
    yield statistics.ONE_FILE if one_file else statistics.TWO_FILES
    if one_file and recipe.files[0].param:
        yield reading.ONE_PARAM
    if one_file and recipe.one_row_each:
        yield reading.ONE_ROW_EACH
    yield statistics.ARM.replace("LEVELS(", levels)
    yield from _outcomes(recipe)
    yield statistics.SELECTED
    if recipe.levels:
        yield statistics.KEEP.replace("LEVELS(", levels)
    if recipe.ranges:
        yield statistics.RANGES
    yield statistics.GROUPED if recipe.biomarker else statistics.UNGROUPED


def _outcomes(recipe: Recipe) -> Iterator[str]:
    """Times and events, in the steps this file needs."""
    yield statistics.TIMES
    if recipe.longest is not None:
        yield statistics.LEFT_OUT
    if recipe.odd_events:
        yield statistics.ODD_EVENTS
    if recipe.decimals is not None:
        yield statistics.ROUND
    if recipe.close_times:
        yield statistics.MERGE
    if isinstance(recipe.event_value, str):
        yield statistics.EVENT_TEXT
    else:
        yield statistics.EVENT_TRUTH if recipe.event_value in (0, 1) else statistics.EVENT_NUMBER
