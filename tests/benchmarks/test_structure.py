"""The measures of the code are counted as they say."""

from __future__ import annotations

from pathlib import Path

from benchmarks.structure import begins_with_verb, is_bare_participle, measure_structure


def test_a_small_tree_is_measured(tmp_path: Path) -> None:
    package = tmp_path / "mirodash"
    (package / "survival").mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "survival" / "__init__.py").write_text("")
    (package / "survival" / "cox.py").write_text(
        "def fit_cox():\n    return 1\n\n\ndef told():\n    return 2\n"
    )
    imports = "from mirodash.survival.cox import fit_cox\nfrom mirodash.survival import cox\n"
    (package / "report.py").write_text(imports)
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "one.js").write_text("const one = 1;\n")
    measures = measure_structure(tmp_path)
    assert measures["product modules"] == "4"
    assert measures["product lines of Python"] == "8"
    assert measures["internal imports a module, median"] == "0"
    assert measures["function names that begin with a verb"] == "50.0%"
    assert measures["function names that are bare participles"] == "50.0%"
    assert measures["modules of one name"] == "none"
    assert measures["lines of JavaScript"] == "1"


def test_verbs_and_participles_are_told_from_nouns() -> None:
    assert begins_with_verb("_fit_cox")
    assert not begins_with_verb("median_survival")
    assert is_bare_participle("settled")
    assert is_bare_participle("_told")
    assert not is_bare_participle("settled_endpoint")
    assert not is_bare_participle("seed")
