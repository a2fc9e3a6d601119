"""What stands above a script: which numbers it makes again, of whom, and how far to trust them."""

from __future__ import annotations

from collections.abc import Iterator

from mirodash import __version__
from mirodash.export.code.quoting import Quoted, remark
from mirodash.export.code.recipe import Recipe
from mirodash.text.small_counts import exact_numbers


def header(recipe: Recipe, quoted: Quoted, *, standing: str, made_with: str, run: str) -> Iterator[str]:
    """The comment lines of a script; whatever comes from the trial is quoted in them as in the code.

    Parameters
    ----------
    recipe : Recipe
    quoted : callable
        The language's own quoting.
    standing : str
        Exploratory, or where the thresholds were declared.
    made_with : str
        The versions under which such scripts are tested.
    run : str
        How the script is started.
    """
    yield "# Survival by arm, for all participants and in each biomarker group: one view of a trial."
    yield "#"
    yield f"# Trial        {remark(recipe.title, quoted)}"
    if recipe.synthetic:
        yield "# SYNTHETIC    No participant is real."
    yield f"# View         {remark(f'?{recipe.query}', quoted)}"
    yield f"# Data         {recipe.fingerprint}"
    yield f"# Status       {remark(standing, quoted)}"
    yield "#              A threshold chosen after looking exaggerates. Never compare the p-values of two"
    yield "#              groups: the interaction compares their effects."
    yield f"# Written by   MiroDash {__version__}; tested with {made_with}"
    yield f"# Run          {run}"
    yield "# Prints       CSV with n, events, hazard ratio with interval, log-rank p, survival at the horizon"
    yield "#              in either arm, and the p of the interaction; empty where a number does not exist."
    for place, line in enumerate(exact_numbers(recipe.min_cell)):
        yield f"# {'' if place else 'Small counts'}".ljust(15) + line
    if recipe.within:
        columns = ", ".join(remark(column, quoted) for column in recipe.within)
        yield f"# Not here     What is stratified by or adjusted for {columns}"
