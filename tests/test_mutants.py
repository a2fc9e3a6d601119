"""The table of mutants is about the program as it is."""

from __future__ import annotations

import ast

from tests.checkout import ROOT
from tests.mutants import read_mutants


def _tests_in(file: str) -> set[str]:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_mutant_changes_one_place_and_names_a_test():
    mutants = read_mutants()
    assert len(mutants) >= 40
    wrong: list[str] = []
    for mutant in mutants:
        file, _, test = mutant.killed_by.partition("::")
        if (ROOT / mutant.file).read_text(encoding="utf-8").count(mutant.old) != 1:
            wrong.append(f"{mutant.breaks}: its old text does not stand in {mutant.file} once")
        if mutant.old == mutant.new:
            wrong.append(f"{mutant.breaks}: nothing is changed")
        if test.partition("[")[0].rpartition("::")[2] not in _tests_in(file):
            wrong.append(f"{mutant.breaks}: there is no test {mutant.killed_by}")
    assert wrong == []
