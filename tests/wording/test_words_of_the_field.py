"""What is said on screen uses the words of the field, and none that belong to this project alone."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
AVOIDED = re.compile(r"\b(luck|dealt|somebody|nobody|anew|stands?|stood|constancy|told)\b", re.IGNORECASE)
CODE = "export/code/"
"""Scripts are programs, with comments of their own."""
TEXTS_OF_SCRIPTS = re.compile(r'"([^"\n]*)"|`([^`\n]*)`')
VALUES = re.compile(r"\$\{[^}]*\}")


def _sentences(path: Path) -> Iterator[tuple[int, str]]:
    """Texts with blanks in a module, but for docstrings and parts of scripts, which have several lines."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in alone:
            continue
        if " " in node.value.strip() and "\n" not in node.value.strip():
            yield node.lineno, node.value


def test_sentences_avoid_words_that_the_field_does_not_use():
    found = [
        f"{path.relative_to(ROOT)}:{line}: {text}"
        for path in sorted((ROOT / "mirodash").rglob("*.py"))
        if CODE not in path.as_posix()
        for line, text in _sentences(path)
        if AVOIDED.search(text)
    ]
    assert found == []


def test_scripts_of_the_page_avoid_them_as_well():
    found = [
        f"{path.name}: {text}"
        for path in sorted((ROOT / "assets").glob("*.js"))
        for texts in TEXTS_OF_SCRIPTS.findall(path.read_text(encoding="utf-8"))
        for text in texts
        if " " in text.strip() and AVOIDED.search(VALUES.sub("", text))
    ]
    assert found == []
