"""No regular expression of the product takes more than its share of time, whatever stands in a cell."""

from __future__ import annotations

import ast
import re
import signal
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from itertools import product
from pathlib import Path
from types import ModuleType

import mirodash
from tests.profiles import NIGHTLY

ROOT = Path(mirodash.__file__).parent
METHODS = ("search", "match", "fullmatch", "split", "findall", "finditer", "sub", "subn")
LENGTH = 40_000
"""More than the longest cell: what is quadratic takes a second and more, what is linear some milliseconds."""
PROCESSOR_SECONDS = 0.3
REPEATED = (
    *"10 .-+_,;<=([\t\n\"'aAIé«",
    *("1.", "1,", "1 ", "1-", "0e", "a ", "aA", "a_", "a1", "(a", "(1", "[ ", ", 1", "id_", "M1"),
    *("\t\r\n", "row 1, "),
)
HEADS = ("", "1", "<", "row 1")
TAILS = ("!", "x\n!")


@dataclass(frozen=True, slots=True)
class Use:
    """A pattern with the way in which it is used."""

    where: str
    pattern: re.Pattern[str] | re.Pattern[bytes]
    method: str


@cache
def modules() -> list[tuple[ModuleType, ast.Module]]:
    """Every module of the product that names the module of patterns, with its tree."""
    found: list[tuple[ModuleType, ast.Module]] = []
    for path in sorted(ROOT.rglob("*.py")):
        parts = path.relative_to(ROOT.parent).with_suffix("").parts
        text = path.read_text(encoding="utf-8")
        if "re." in text and parts[-1] != "__main__":
            found.append((import_module(".".join(parts).removesuffix(".__init__")), ast.parse(text)))
    return found


@cache
def methods_asked_for(tree: ast.AST) -> dict[str, list[tuple[ast.Attribute, ast.Call | None]]]:
    """Every method that is asked for of a name, by the name, with the call if it is one."""
    calls = {id(node.func): node for node in ast.walk(tree) if isinstance(node, ast.Call)}
    found: dict[str, list[tuple[ast.Attribute, ast.Call | None]]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            found.setdefault(node.value.id, []).append((node, calls.get(id(node))))
    return found


def called(tree: ast.AST, owner: str) -> list[tuple[ast.Attribute, ast.Call | None]]:
    """Return every method that is asked for of a name, with the call if it is one."""
    return methods_asked_for(tree).get(owner, [])


@cache
def uses() -> list[Use]:
    """Every pattern of the product: those that stand in a call, and those that a module or a table holds."""
    found: list[Use] = []
    held: dict[int, tuple[str, re.Pattern[str]]] = {}
    asked: dict[int, set[str]] = {}
    for module, tree in modules():
        for name, value in vars(module).items():
            for pattern in value.values() if isinstance(value, dict) else (value,):
                if isinstance(pattern, re.Pattern) and not name.startswith("__"):
                    held.setdefault(id(pattern), (f"{module.__name__}.{name}", pattern))
                    methods = {node.attr for node, _ in called(tree, name)} & set(METHODS)
                    asked.setdefault(id(pattern), set()).update(methods)
        for node, call in called(tree, "re"):
            if call is not None and node.attr in METHODS:
                where = f"{module.__name__}:{node.lineno}"
                found.append(Use(where, re.compile(ast.literal_eval(call.args[0])), node.attr))
    for key, (where, pattern) in held.items():
        found += [Use(where, pattern, method) for method in sorted(asked[key] or METHODS[:3])]
    return found


def texts() -> Iterator[str]:
    """Every repeated text between heads and tails: between all pairs at night, else between two."""
    pairs = list(product(HEADS, TAILS))
    for place, unit in enumerate(REPEATED):
        chosen = pairs if NIGHTLY else (pairs[place % len(pairs)], pairs[(place + 3) % len(pairs)])
        for head, tail in chosen:
            yield head + unit * (LENGTH // len(unit)) + tail


def stop(*_: object) -> None:
    raise TimeoutError


def test_every_pattern_of_the_product_is_among_those_that_are_tried():
    compiled = sum(
        node.attr == "compile" and call is not None
        for _, tree in modules()
        for node, call in called(tree, "re")
    )
    assert len({use.where for use in uses()}) >= compiled > 20


def test_a_pattern_that_backtracks_would_be_found():
    slow = re.compile(r"[0-9]+\.?[0-9]*x")
    assert not is_linear(Use("", slow, "fullmatch"), ["1" * LENGTH + "!"])


def test_no_text_makes_a_pattern_backtrack():
    # found when it runs: reading all of the product takes seconds, which collecting should not
    backtracking = [use for use in uses() if not is_linear(use, texts())]
    assert backtracking == []


def is_linear(use: Use, tried: Iterable[str]) -> bool:
    """Whether no text takes more of the processor than a linear search could, whatever else runs."""
    before = signal.signal(signal.SIGVTALRM, stop)
    try:
        for text in tried:
            given = text.encode() if isinstance(use.pattern.pattern, bytes) else text
            signal.setitimer(signal.ITIMER_VIRTUAL, PROCESSOR_SECONDS)
            method = getattr(use.pattern, use.method)
            done = method(type(given)(), given) if use.method in ("sub", "subn") else method(given)
            if use.method == "finditer":
                list(done)
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    except TimeoutError:
        return False
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
    return True
