"""A Python script, with pandas and lifelines, that makes the numbers of a view again."""

from __future__ import annotations

from collections.abc import Iterator

from mirodash.export.code import python_reading as reading
from mirodash.export.code import python_statistics as statistics
from mirodash.export.code.header import header
from mirodash.export.code.quoting import listed, number, python_text, remark
from mirodash.export.code.recipe import Numeric, Recipe

MADE_WITH = "Python 3.11, pandas 2.3 and lifelines 0.30"
SAS = (".xpt", ".sas7bdat")


def python_script(recipe: Recipe, *, standing: str) -> str:
    """The whole script; everything from the trial stands in its block of constants."""
    names = "ADSL ADTTE" if len(recipe.files) > 1 else "FILE"
    lines = header(
        recipe, python_text, standing=standing, made_with=MADE_WITH, run=f"python script.py {names}"
    )
    top = "\n".join(lines)
    chosen = "\n".join(_chosen(recipe))
    functions = (part.strip("\n") for part in (*_functions(recipe), statistics.MAIN))
    return "\n\n".join((top, _imports(recipe), chosen)) + "\n\n\n" + "\n\n\n".join(functions) + "\n"


def _imports(recipe: Recipe) -> str:
    own = "import re\nimport sys" if _needs_re(recipe) else "import sys"
    return f"{own}\n{statistics.imports(sas=recipe.kind in SAS)}"


def _needs_re(recipe: Recipe) -> bool:
    return recipe.has_number_levels or not recipe.printable


def _chosen(recipe: Recipe) -> Iterator[str]:
    """What was chosen, as constants."""
    file = recipe.files[0]
    yield f"FILES = {_texts(recipe.paths)}"
    if file.delimiter:
        yield f"SEPARATOR, ENCODING = {python_text(file.delimiter)}, {python_text(file.encoding)}"
    if recipe.files[-1].param:
        yield f"PARAMCD = {python_text(recipe.files[-1].param)}"
    yield from _outcome(recipe)
    yield from _kept(recipe)
    if recipe.named_limits:
        limits = [f"{python_text(c.column)}: {_limits(c)}" for c in recipe.named_limits]
        yield listed("LIMITS = {", limits, "}  # of the assay, for values that only name them")
    if recipe.biomarker:
        yield f"BIOMARKER = {python_text(recipe.biomarker.column)}"
        yield f"THRESHOLDS = [{', '.join(map(number, recipe.thresholds))}]"
    yield f"LABELS = {_texts(recipe.labels, before=9)}"


def _outcome(recipe: Recipe) -> Iterator[str]:
    end, value = recipe.endpoint, recipe.event_value
    yield f"ARM = {python_text(recipe.arm)}"
    yield f"CONTROL = {python_text(recipe.control)}"
    yield f"TREATED = {python_text(recipe.treated)}"
    yield f"TIME = {python_text(end.time)}  # {end.unit} from {remark(end.origin, python_text)}"
    yield f"EVENT = {python_text(end.event)}"
    yield f"EVENT_VALUE = {python_text(value) if isinstance(value, str) else number(value)}"
    if recipe.one_row_each:
        yield f"PARTICIPANT = {python_text(recipe.one_row_each)}"
    if recipe.longest is not None:
        yield f"LONGEST = {number(recipe.longest)}  # time that can be: a hundred years"
    if recipe.decimals is not None:
        yield f"DECIMALS = {recipe.decimals}  # of the times in the file"
    yield f"HORIZON = {number(recipe.horizon)}"
    yield f"CONFIDENCE = {number(recipe.confidence)}"


def _kept(recipe: Recipe) -> Iterator[str]:
    if recipe.levels:
        kept = [f"({python_text(column)}, {_texts(names)})" for column, names in recipe.levels]
        yield listed("KEEP = [", kept, "]  # only participants with one of these")
    if recipe.ranges:
        ends = [
            f"({python_text(c.column)}, {_end(low, '-inf')}, {_end(high, 'inf')})"
            for c, low, high in recipe.ranges
        ]
        yield listed("RANGES = [", ends, "]  # only participants within, both ends included")


def _texts(texts: tuple[str, ...], *, before: int = 20) -> str:
    return listed("[", [python_text(text) for text in texts], "]", before=before)


def _limits(column: Numeric) -> str:
    lower, upper = ("None" if limit is None else number(limit) for limit in (column.lower, column.upper))
    return f"({lower}, {upper})"


def _end(end: float | None, opened: str) -> str:
    return f'float("{opened}")' if end is None else number(end)


def _functions(recipe: Recipe) -> Iterator[str]:
    """The functions this file needs, none that it does not."""
    yield reading.FIND
    file = recipe.files[0]
    read = reading.read_ragged(file.widest) if file.widest else reading.READ[recipe.kind]
    yield read.replace("SKIPPED", f"skiprows={file.lines_above}, " if file.lines_above else "")
    if recipe.kind != ".csv":
        yield reading.AS_TEXT
    yield reading.TIDY if recipe.printable else reading.TIDY_ANY
    yield reading.cells(decimal_comma=file.decimal_comma, typed=recipe.kind != ".csv")
    if recipe.has_number_levels:
        yield reading.LEVEL
    if recipe.strict:
        yield reading.FINITE
    named = bool(recipe.named_limits)
    yield reading.number(limits=recipe.has_limits, named=named, strict=recipe.strict)
    if recipe.close_times:
        yield reading.CLOSE_TIMES
    if recipe.one_row_each:
        yield reading.FIRST_ROWS
    if len(recipe.files) > 1:
        yield reading.join(one_param=bool(recipe.files[-1].param), one_row_each=bool(recipe.one_row_each))
    yield _participants(recipe)
    yield statistics.STATISTICS


def _participants(recipe: Recipe) -> str:
    """From the file to the participants of the view, in the steps this view takes."""
    steps = [statistics.TWO_FILES if len(recipe.files) > 1 else statistics.ONE_FILE]
    if len(recipe.files) == 1 and recipe.files[0].param:
        steps.append(reading.ONE_PARAM)
    if len(recipe.files) == 1 and recipe.one_row_each:
        steps.append(reading.ONE_ROW_EACH)
    steps.append(statistics.ARM.replace("LEVELS(", "level(" if recipe.has_number_levels else "cells("))
    steps += _times(recipe)
    steps.append(_event(recipe))
    steps.append(statistics.SELECTED)
    if recipe.levels:
        steps.append(statistics.KEEP.replace("LEVELS(", "level(" if recipe.has_number_levels else "cells("))
    if recipe.ranges:
        steps.append(statistics.RANGES)
    steps.append(statistics.GROUPED if recipe.biomarker else statistics.UNGROUPED)
    return "".join(steps)


def _times(recipe: Recipe) -> Iterator[str]:
    yield statistics.TIMES
    if recipe.longest is not None:
        yield statistics.LEFT_OUT
    if recipe.odd_events:
        yield statistics.ODD_EVENTS
    if recipe.decimals is not None:
        yield statistics.ROUND
    if recipe.close_times:
        yield statistics.MERGE


def _event(recipe: Recipe) -> str:
    if isinstance(recipe.event_value, str):
        return statistics.EVENT_TEXT
    return statistics.EVENT_TRUTH if recipe.event_value in (0, 1) else statistics.EVENT_NUMBER
