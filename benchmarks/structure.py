"""What the code is made of: modules and folders, lines, imports, names of functions, JavaScript.

``python -m benchmarks.structure`` prints the measures of this repository, and
``python benchmarks/structure.py ROOT`` those of another tree. Nothing of the product is imported.
"""

from __future__ import annotations

import ast
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

PACKAGE = "mirodash"
SCRIPTS = "assets"

_VERBS = """
abbreviate accept add adjust aggregate align allow analyse analyze annotate append apply arrange ask
assemble assert assess assign attach backtrack bind bootstrap bound bring build cache calculate call
can capitalise centre check choose classify clean clear clip close cluster collapse collect combine
compare complete compute connect convert copy count create cross cut decide declare decode
deduplicate define delete derive describe detect discard display distribute divide do does download
drain draw drop embed emit encode enforce ensure enter escape estimate evaluate exclude expand
explain export extend extract fail fetch fill filter find finish fit fix flatten fold follow forbid
forget format freeze gather generate get give grade group guard guess halve handle has have hide
hold host identify import include index infer insert install intersect invert invite is iterate join
judge keep label launch lay leave lift limit link list listen load locate log look lower make map
mark mask match may measure merge move must name need neutralise normalise normalize note notice
number observe offer omit open order pad parse pass patch permute pick place plan plot point predict
prepare present preview print propose protect prove put quote raise rank read rebuild receive
recognise record reduce refuse register reject release remember remove rename render repair repeat
replace replay report require resample reset resize resolve respond restore restrict return reverse
revise round run sample save say scale scan score search see select send separate serve set settle
shade share shift shorten should show shrink sign simplify simulate skip slice smooth snap solve
sort space split stack standardise start state stop store strip subtract suggest sum summarise
suppress swap switch take tell test tidy title touch trace track train transform translate trim
truncate try turn underline undo unify unpack update upload use validate verify visit wait warn
watch weigh widen withhold work wrap write zip
"""
VERBS = frozenset(_VERBS.split())
"""Words with which a function that does something begins; a noun is as good where it returns that."""

_IRREGULAR = """
built chosen cut drawn felt found given gone held hidden kept known laid left lost made met put read
said seen sent set shown spread split stood taken thought told understood won worn written
"""
IRREGULAR = frozenset(_IRREGULAR.split())
NOT_PARTICIPLES = frozenset({"bed", "breed", "embed", "feed", "need", "red", "seed", "shed", "speed"})


@dataclass(frozen=True)
class Module:
    """One module: how long it is, what of the package it imports, and what its functions are called."""

    path: Path
    lines: int
    imports: frozenset[str]
    functions: tuple[str, ...]


def read_modules(root: Path) -> list[Module]:
    """Read every module of the package below ``root``."""
    paths = sorted((root / PACKAGE).rglob("*.py"))
    names = {_dotted(path, root) for path in paths}
    return [_read_module(path, names) for path in paths]


def _dotted(path: Path, root: Path) -> str:
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _read_module(path: Path, names: set[str]) -> Module:
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    functions = [n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    return Module(
        path,
        len(text.splitlines()),
        frozenset(_imported(tree, names)),
        tuple(name for name in functions if not name.startswith("__")),
    )


def _imported(tree: ast.Module, names: set[str]) -> Iterator[str]:
    """Yield the modules of the package that a module imports, wherever in it an import is."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == PACKAGE:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in names else node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] == PACKAGE)


def begins_with_verb(name: str) -> bool:
    """Whether the first word of a function's name is a verb in its plain form."""
    return name.lstrip("_").partition("_")[0] in VERBS


def is_bare_participle(name: str) -> bool:
    """Whether a function's name is one past participle and nothing else, such as ``told`` or ``settled``."""
    word = name.lstrip("_")
    if "_" in word or word in NOT_PARTICIPLES:
        return False
    return (word.endswith("ed") and len(word) > 3) or (
        word in IRREGULAR - {"cut", "put", "read", "set", "split"}
    )


def measure_structure(root: Path) -> dict[str, str]:
    """Measure a tree: each measure's name with its value, as text."""
    modules = read_modules(root)
    lines = [module.lines for module in modules]
    imports = [len(module.imports) for module in modules]
    folders = Counter(module.path.parent for module in modules)
    largest, count = folders.most_common(1)[0]
    stems = Counter(module.path.stem for module in modules if module.path.stem != "__init__")
    functions = [name for module in modules for name in module.functions]
    scripts = sorted((root / SCRIPTS).rglob("*.js"))
    javascript = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in scripts)
    verbs = sum(map(begins_with_verb, functions)) / len(functions)
    participles = sum(map(is_bare_participle, functions)) / len(functions)
    return {
        "product modules": f"{len(modules)}",
        "largest folder": f"{count} ({largest.relative_to(root).as_posix()})",
        "modules of one name": ", ".join(sorted(stem for stem, times in stems.items() if times > 1))
        or "none",
        "product lines of Python": f"{sum(lines):,}",
        "lines a module, median": f"{median(lines):g}",
        "lines a module, longest": f"{max(lines)}",
        "internal imports a module, median": f"{median(imports):g}",
        "internal imports a module, p95": f"{quantiles(imports, n=20)[-1]:g}",
        "functions": f"{len(functions):,}",
        "function names that begin with a verb": f"{verbs:.1%}",
        "function names that are bare participles": f"{participles:.1%}",
        "lines of JavaScript": f"{javascript:,}",
    }


def main() -> None:
    """Print the measures of the tree that is named, else of this repository."""
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[1]
    for name, value in measure_structure(root).items():
        print(f"{name:<42} {value}")


if __name__ == "__main__":
    main()
