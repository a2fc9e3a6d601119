"""An uploaded trial is its reader's alone, is what the command line reads, and is gone when deleted."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier

import pytest

from mirodash.errors import GoneError, UnavailableError, UnusableDataError
from mirodash.trial.build import read_trial
from mirodash.trial.readers.files import read_table
from mirodash.trial.store import sample, sample_folder
from mirodash.trial.trial import Trial
from mirodash.uploads import uploads as module
from mirodash.uploads.upload_store import UNAVAILABLE, FolderStore, UploadStore
from mirodash.uploads.uploads import GONE, MAX_TRIALS, UNCONFIRMED, Uploads, is_own
from tests.profiles import for_each
from tests.uploads.conftest import Place

TABLE = read_table(sample_folder() / "gbsg2.csv")
DICTIONARY = (sample_folder() / "gbsg2.toml").read_text(encoding="utf-8")
OTHER = DICTIONARY.replace('title = "', 'title = "Another ', 1)
UNUSABLE = DICTIONARY.replace('time = "', 'time = "no such ', 1)
UNTITLED = "\n".join(line for line in DICTIONARY.splitlines() if not line.startswith("title"))
assert OTHER != DICTIONARY != UNUSABLE


@pytest.fixture
def uploads(vault: UploadStore) -> Uploads:
    """No uploads yet, in a vault of either kind."""
    return Uploads(vault)


def _kept(uploads: Uploads, reader: str = "reader") -> str:
    trial_id = uploads.keep(reader, [TABLE])
    uploads.confirm(reader, trial_id, DICTIONARY)
    return trial_id


def _gone(uploads: Uploads, reader: str, trial_id: str, sentence: str = GONE) -> None:
    """Assert that nothing of the trial is there for this reader."""
    for ask in (uploads.trial, uploads.tables, uploads.dictionary):
        with pytest.raises(GoneError) as refused:
            ask(reader, trial_id)
        assert refused.value.problems == (sentence,)
    with pytest.raises(GoneError):
        uploads.confirm(reader, trial_id, DICTIONARY)
    assert trial_id not in dict(uploads.names(reader))


def test_an_uploaded_trial_is_what_the_command_line_reads(uploads: Uploads):
    trial_id = _kept(uploads)
    found, expected = uploads.trial("reader", trial_id), sample("gbsg2")
    assert found == expected
    assert found.fingerprint == expected.fingerprint
    assert found.id == trial_id
    assert found.notices == expected.notices
    assert found.source == expected.source
    assert found.dictionary == expected.dictionary
    assert uploads.names("reader") == ((trial_id, expected.title),)
    assert uploads.dictionary("reader", trial_id) == DICTIONARY
    assert uploads.tables("reader", trial_id) == (TABLE,)


def test_two_files_stay_two_and_become_one_trial(uploads: Uploads, cdisc_pilot: Path, tmp_path: Path):
    said = '[arms]\ncontrol = "Placebo"\ntreated = "Xanomeline High Dose"\n'
    paths = [shutil.copy(cdisc_pilot / name, tmp_path) for name in ("adsl.xpt", "adtte.xpt")]
    (tmp_path / "adsl.toml").write_text(said, encoding="utf-8")
    tables = [read_table(Path(path)) for path in paths]
    trial_id = uploads.keep("reader", tables)
    uploads.confirm("reader", trial_id, said)
    assert uploads.tables("reader", trial_id) == tuple(tables)
    assert uploads.trial("reader", trial_id) == read_trial([Path(path) for path in paths])


def test_every_name_is_new_and_looks_like_an_own_one(uploads: Uploads):
    names = [uploads.keep("reader", [TABLE]) for _ in range(3)]
    assert len(set(names)) == 3
    assert all(is_own(name) and len(name) == 26 for name in names)


NO_OWN_NAMES = [
    "",
    "own-",
    "mirocals",
    "own-" + "a" * 21,
    "own-" + "a" * 23,
    "Own-" + "a" * 22,
    "own-" + "a" * 22 + "\n",
    "own-" + "é" * 22,
    "own-../" + "a" * 19,
    "own-" + "a" * 21 + "\0",
    "x" * 10_000,
]


@for_each("name", NO_OWN_NAMES)
def test_nothing_else_looks_like_an_own_name(name: str, uploads: Uploads):
    assert not is_own(name)
    _gone(uploads, "reader", name)
    uploads.delete("reader", name)


def test_another_reader_cannot_tell_a_trial_from_none(uploads: Uploads):
    trial_id = _kept(uploads)
    for reader in ("other", "", "READER", "reader ", "reade", "\ud800"):
        _gone(uploads, reader, trial_id)
        uploads.delete(reader, trial_id)
    _gone(uploads, "reader", "own-" + "a" * 22)
    assert uploads.trial("reader", trial_id).id == trial_id


def test_equal_files_of_two_readers_stay_apart(uploads: Uploads):
    mine, theirs = _kept(uploads, "me"), _kept(uploads, "them")
    assert uploads.trial("me", mine).id == mine
    assert uploads.trial("them", theirs).id == theirs
    uploads.delete("them", theirs)
    assert uploads.trial("me", mine).id == mine
    _gone(uploads, "them", theirs)


def test_before_it_is_confirmed_it_is_tables_only(uploads: Uploads):
    trial_id = uploads.keep("reader", [TABLE])
    assert uploads.tables("reader", trial_id) == (TABLE,)
    assert uploads.dictionary("reader", trial_id) == ""
    assert uploads.names("reader") == ()
    with pytest.raises(GoneError) as refused:
        uploads.trial("reader", trial_id)
    assert refused.value.problems == (UNCONFIRMED,)
    with pytest.raises(GoneError) as refused:
        uploads.trial("other", trial_id)
    assert refused.value.problems == (GONE,)


def test_a_dictionary_that_does_not_fit_changes_nothing(uploads: Uploads):
    trial_id = _kept(uploads)
    for text in (UNUSABLE, "[", 'colour = "red"', "\0", "\ud800", "a" * 100_000):
        with pytest.raises(UnusableDataError) as refused:
            uploads.confirm("reader", trial_id, text)
        assert all(problem.endswith((".", "?")) for problem in refused.value.problems)
        assert uploads.dictionary("reader", trial_id) == DICTIONARY
        assert uploads.trial("reader", trial_id) == sample("gbsg2")


def test_what_is_wrong_with_a_dictionary_is_said_as_on_the_page(uploads: Uploads):
    trial_id = uploads.keep("reader", [TABLE])
    with pytest.raises(UnusableDataError) as refused:
        uploads.confirm("reader", trial_id, UNUSABLE)
    assert "no such" in str(refused.value)
    assert "--" not in str(refused.value)


def test_what_one_worker_changes_every_worker_sees_at_once(place: Place):
    first, second = Uploads(place.open()), Uploads(place.open())
    trial_id = _kept(first)
    assert second.trial("reader", trial_id).title == first.trial("reader", trial_id).title
    second.confirm("reader", trial_id, OTHER)
    assert first.trial("reader", trial_id).title.startswith("Another ")
    assert (
        first.names("reader")
        == second.names("reader")
        == ((trial_id, first.trial("reader", trial_id).title),)
    )
    first.confirm("reader", trial_id, DICTIONARY)
    assert second.trial("reader", trial_id) == sample("gbsg2")
    first.delete("reader", trial_id)
    _gone(second, "reader", trial_id)
    assert len(second._built) == 0


def test_what_nobody_asked_for_is_gone_although_a_worker_remembers_it(place: Place):
    uploads = Uploads(place.open(kept_seconds=100))
    trial_id = _kept(uploads)
    for _ in range(3):
        place.let_pass(60)
        assert uploads.trial("reader", trial_id).id == trial_id
    place.let_pass(101)
    _gone(uploads, "reader", trial_id)


def test_a_trial_is_built_once_however_many_ask(place: Place, monkeypatch: pytest.MonkeyPatch):
    trial_id = _kept(Uploads(place.open()))
    uploads = Uploads(place.open())
    opened: list[int] = []
    trial_from = module.trial_from
    monkeypatch.setattr(module, "trial_from", lambda *given: opened.append(1) or trial_from(*given))
    together = Barrier(4)

    def ask(_: int) -> Trial:
        together.wait()
        return uploads.trial("reader", trial_id)

    with ThreadPoolExecutor(4) as pool:
        trials = list(pool.map(ask, range(4)))
    assert all(trial is trials[0] for trial in trials)
    assert uploads.trial("reader", trial_id) is trials[0]
    assert opened == [1]


def test_small_cells_are_carried_by_the_trial(vault: UploadStore):
    uploads = Uploads(vault, min_cell=10)
    found = uploads.trial("reader", _kept(uploads))
    assert found.min_cell == 10
    assert found.fingerprint == sample("gbsg2").fingerprint
    assert found != sample("gbsg2")


def test_a_reader_has_only_so_many_trials(uploads: Uploads):
    kept = [_kept(uploads) for _ in range(MAX_TRIALS)]
    with pytest.raises(UnusableDataError, match="5 trials"):
        uploads.keep("reader", [TABLE])
    assert [name for name, _ in uploads.names("reader")] == kept
    assert is_own(uploads.keep("other", [TABLE]))
    uploads.delete("reader", kept[2])
    assert is_own(uploads.keep("reader", [TABLE]))


def test_what_was_never_confirmed_makes_room_oldest_first(uploads: Uploads):
    first, old, new = _kept(uploads), uploads.keep("reader", [TABLE]), uploads.keep("reader", [TABLE])
    last = [_kept(uploads) for _ in range(MAX_TRIALS - 3)]
    newest = uploads.keep("reader", [TABLE])
    _gone(uploads, "reader", old)
    assert uploads.tables("reader", new) == uploads.tables("reader", newest) == (TABLE,)
    assert [name for name, _ in uploads.names("reader")] == [first, *last]


@pytest.mark.parametrize(("reader", "tables"), [("", 1), ("reader", 0), ("reader", 7)])
def test_what_cannot_be_a_trial_is_not_kept(uploads: Uploads, reader: str, tables: int):
    with pytest.raises(ValueError, match="one to 6 tables"):
        uploads.keep(reader, [TABLE] * tables)
    assert uploads.names(reader) == ()


class _Interrupted(FolderStore):
    """A folder in which a trial is deleted by another worker just before something is put into it."""

    def put(self, reader: str, trial: str, parts: Mapping[str, bytes]) -> None:
        if "dictionary" in parts:
            self.delete(reader, trial)
        super().put(reader, trial, parts)


def test_a_trial_deleted_while_it_is_confirmed_does_not_come_back(tmp_path: Path):
    vault = _Interrupted(tmp_path / "vault", kept_seconds=100)
    uploads = Uploads(vault)
    trial_id = uploads.keep("reader", [TABLE])
    with pytest.raises(GoneError):
        uploads.confirm("reader", trial_id, DICTIONARY)
    _gone(uploads, "reader", trial_id)
    assert vault.trials("reader") == ()


def test_how_far_a_reader_has_come_is_kept_and_makes_no_trial(uploads: Uploads):
    trial_id = uploads.keep("reader", [TABLE])
    assert uploads.remembered("reader", trial_id) == ""
    uploads.remember("reader", trial_id, '{"time": "\ud800"}')
    assert uploads.remembered("reader", trial_id) == '{"time": "?"}'
    assert uploads.remembered("other", trial_id) == ""
    assert uploads.unconfirmed("reader") == (trial_id,)
    assert uploads.unconfirmed("other") == uploads.unconfirmed("") == ()
    uploads.confirm("reader", trial_id, DICTIONARY)
    assert uploads.unconfirmed("reader") == ()
    assert uploads.remembered("reader", trial_id) == '{"time": "?"}'


def test_what_is_remembered_of_a_deleted_trial_does_not_bring_it_back(vault: UploadStore):
    uploads = Uploads(vault)
    trial_id = uploads.keep("reader", [TABLE])
    uploads.delete("reader", trial_id)
    with pytest.raises(GoneError):
        uploads.remember("reader", trial_id, "{}")
    with pytest.raises(GoneError):
        uploads.remember("other", trial_id, "{}")
    assert vault.trials("reader") == vault.trials("other") == ()


def test_a_trial_deleted_while_it_is_built_is_gone(vault: UploadStore, monkeypatch: pytest.MonkeyPatch):
    trial_id = _kept(Uploads(vault))
    uploads = Uploads(vault)
    get = vault.get

    def get_and_delete(reader: str, trial: str, part: str) -> bytes | None:
        found = get(reader, trial, part)
        if part == "revision":
            vault.delete(reader, trial)
        return found

    monkeypatch.setattr(vault, "get", get_and_delete)
    with pytest.raises(GoneError) as refused:
        uploads.trial("reader", trial_id)
    assert refused.value.problems == (GONE,)


class _Silent:
    """A vault that has stopped answering."""

    def __getattr__(self, name: str) -> object:
        def ask(*_: object) -> object:
            raise UnavailableError(UNAVAILABLE)

        return ask


def test_a_silent_vault_is_said_and_forgets_nothing(vault: UploadStore):
    uploads = Uploads(vault)
    trial_id = _kept(uploads)
    uploads._vault = _Silent()  # type: ignore[assignment]
    for ask in (
        lambda: uploads.keep("reader", [TABLE]),
        lambda: uploads.trial("reader", trial_id),
        lambda: uploads.tables("reader", trial_id),
        lambda: uploads.confirm("reader", trial_id, DICTIONARY),
        lambda: uploads.dictionary("reader", trial_id),
        lambda: uploads.names("reader"),
        lambda: uploads.delete("reader", trial_id),
    ):
        with pytest.raises(UnavailableError):
            ask()
    uploads._vault = vault
    assert uploads.trial("reader", trial_id).id == trial_id


def test_a_file_whose_name_no_text_file_can_hold_is_still_a_trial(uploads: Uploads):
    trial_id = uploads.keep("reader", [replace(TABLE, name="\ud800.csv")])
    uploads.confirm("reader", trial_id, UNTITLED)
    assert uploads.names("reader") == ((trial_id, "\ud800"),)
    assert uploads.trial("reader", trial_id).title == "\ud800"


def test_damage_on_the_disk_is_said(tmp_path: Path):
    uploads = Uploads(FolderStore(tmp_path / "vault", kept_seconds=100))
    trial_id = uploads.keep("reader", [TABLE])
    largest = max(
        (path for path in tmp_path.rglob("*") if path.is_file()), key=lambda path: path.stat().st_size
    )
    largest.write_bytes(largest.read_bytes()[:-100])
    with pytest.raises(UnusableDataError, match="upload the file again"):
        uploads.tables("reader", trial_id)
    with pytest.raises(UnusableDataError, match="upload the file again"):
        uploads.confirm("reader", trial_id, DICTIONARY)


def test_it_is_the_same_trial_as_a_file_of_that_name_with_its_dictionary_beside_it(
    uploads: Uploads, tmp_path: Path
):
    (tmp_path / "an own study.csv").write_bytes((sample_folder() / "gbsg2.csv").read_bytes())
    (tmp_path / "an own study.toml").write_text(UNTITLED, encoding="utf-8")
    trial_id = uploads.keep("reader", [read_table(tmp_path / "an own study.csv")])
    uploads.confirm("reader", trial_id, UNTITLED)
    expected = read_trial([tmp_path / "an own study.csv"])
    assert uploads.trial("reader", trial_id) == expected
    assert dict(uploads.names("reader"))[trial_id] == expected.title
