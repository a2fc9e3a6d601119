"""Files are called after their trial, with nothing in the name that a disk refuses."""

from __future__ import annotations

from dataclasses import replace

from mirodash.trial.store import sample
from mirodash.trial.trial import Trial
from mirodash.web.components import MAX_FILE_NAME_LENGTH, build_file_name, build_file_stem
from tests.panels.views import of_size
from tests.profiles import for_each

OWN = "own-" + "a" * 22


def _called(title: str, name: str = OWN) -> Trial:
    trial = of_size(8)
    return replace(trial, id=name, dictionary=replace(trial.dictionary, title=title, synthetic=False))


def test_a_synthetic_trial_says_so_in_the_name():
    assert build_file_name(sample("mirocals"), "code", "R") == "mirodash-mirocals-code-SYNTHETIC.R"
    assert build_file_name(sample("gbsg2"), "", "json") == "mirodash-gbsg2.json"


@for_each(
    case=[
        ("Essai à deux bras (2024)", "mirodash-Essai-à-deux-bras-2024-code"),
        ("../../etc/passwd", "mirodash-etc-passwd-code"),
        ('<b>"x"</b>\n', "mirodash-b-x-b-code"),
        ("\u202e", "mirodash-code"),
    ]
)
def test_an_uploaded_trial_is_called_by_its_title_and_never_by_its_link(case: tuple[str, str]):
    title, stem = case
    assert build_file_stem(_called(title), "code") == stem


def test_a_name_has_an_end():
    assert len(build_file_stem(_called("x" * 10_000), "")) == len("mirodash-") + MAX_FILE_NAME_LENGTH
