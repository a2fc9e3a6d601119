"""The command line writes the methods of the view that its options ask for."""

from __future__ import annotations

from click.testing import CliRunner, Result

from mirodash import cli
from mirodash.questions.talk.methods_paragraph import Language, methods_paragraph
from mirodash.stratification.selection import Selection
from mirodash.text.methods import describe_software_versions
from mirodash.trial.store import sample
from tests.profiles import for_each


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.main, ["methods", *arguments], prog_name="mirodash")


@for_each("language", ["en", "fr"])
def test_it_prints_the_paragraph_of_the_view(language: Language):
    result = run("mirocals", "--threshold", "750", "--keep", "sex=F", "--language", language)
    chosen = Selection.from_query("threshold=750&keep.sex=F")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.strip() == methods_paragraph(
        sample("mirocals"), chosen, language=language, looks=None, versions=describe_software_versions()
    )


def test_english_is_what_nobody_has_to_ask_for():
    assert run("mirocals").stdout == run("mirocals", "--language", "en").stdout


@for_each(
    ("arguments", "sentence"),
    [
        ((), "Missing argument 'DATA...'"),
        (("mirocals", "--language", "de"), "'de' is not one of 'en', 'fr'"),
        (("mirocals", "--sites", "XX"), "XX"),
    ],
)
def test_what_cannot_be_answered_is_refused_in_a_sentence(arguments: tuple[str, ...], sentence: str):
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert sentence in result.stderr
    assert "Traceback" not in result.stderr
