"""A trial of one's own: brought, mapped, explored, denied to others, deleted; what fails loses nothing."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from mirodash.settings import MAX_UPLOAD
from mirodash.trial.store import sample_folder
from tests.dashboard.french_trial import DIED, NAME, PEOPLE, french_csv
from tests.e2e.accessibility import violations
from tests.e2e.conftest import PATIENCE_MS, Readers
from tests.e2e.explorer import Explorer, fits

pytestmark = pytest.mark.browser

TITLE = "Essai de Nîmes"
FITS = "Everything fits: this trial can be explored."
PHONE = {"width": 390, "height": 844}


def _file(content: bytes, name: str = NAME) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def _opened(page: Page) -> Page:
    page.goto("/data")
    expect(page.locator("#data-promise")).to_contain_text("Only this browser")
    return page


def _bring(page: Page, files: Any) -> Page:
    """Choose files, and wait until it is said whether what was understood of them makes a trial."""
    page.locator("#data-file").set_input_files(files)
    expect(page.locator("#data-verdict")).not_to_be_empty()
    return page


def _verdict(page: Page, said: str) -> None:
    expect(page.locator("#data-verdict")).to_have_text(said)


def test_a_french_file_is_mapped_explored_denied_to_others_and_deleted(readers: Readers):
    page = _bring(_opened(readers().new_page()), _file(french_csv()))
    _map(page)
    page.get_by_role("button", name="Use this trial").click()
    page.wait_for_url("/?trial=own-*")
    expect(Explorer(page).wait().card(0)).to_contain_text(f"{PEOPLE} participants")
    link = f"/?{urlsplit(page.url).query}"
    stranger = readers(missing=link).new_page()
    answer = stranger.goto(link)
    assert answer is not None
    assert answer.status == 404
    expect(stranger.locator("main")).to_contain_text("opens only for whoever did so")
    assert TITLE not in stranger.content()
    page.get_by_role("link", name="Data").click()
    expect(page.get_by_role("heading", name=f"Loaded: {TITLE}")).to_be_visible()
    expect(page.locator(".own-list")).to_contain_text(f"{PEOPLE} participants")
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Delete for good").click()
    expect(page.locator("#data-said")).to_contain_text(f"{TITLE} was deleted from this server")
    expect(page.locator("#data-file")).to_be_focused()
    expect(page.get_by_role("heading", name="Loaded: MIROCALS")).to_be_visible()
    expect(page.locator("#data-own")).to_be_hidden()
    _a_trial_is_brought_with_the_keyboard_alone(page)


def _map(page: Page) -> None:
    """Turn the event round and back, and give the trial a title that a reload does not lose."""
    _verdict(page, FITS)
    assert violations(page) == []
    expect(page.get_by_label("The event is")).to_have_value("2")
    expect(page.locator("#data-said-event_value")).to_contain_text(f"{DIED} of {PEOPLE}")
    page.get_by_label("The event is").select_option("1")
    expect(page.locator("#data-said-event_value")).to_contain_text(f"{PEOPLE - DIED} of {PEOPLE}")
    page.get_by_label("The event is").select_option("2")
    page.get_by_label("Title").fill(TITLE)
    expect(page.get_by_role("button", name="Use this trial")).to_be_enabled()
    expect(page.locator("#data-said-event_value")).to_contain_text(f"{DIED} of {PEOPLE}")
    page.reload()
    expect(page.get_by_label("Title")).to_have_value(TITLE)


def test_impossible_rows_are_left_out_only_when_the_reader_says_so(readers: Readers):
    page = _opened(readers(viewport=PHONE).new_page())
    _bring(page, _file(french_csv(wrong=True)))
    time = page.get_by_label("Time", exact=True)
    expect(time).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#data-problems-time")).to_contain_text("rows 4, 8 and 10")
    assert "data-problems-time" in (time.get_attribute("aria-describedby") or "")
    assert violations(page) == []
    assert fits(page)
    use = page.get_by_role("button", name="Use this trial")
    expect(use).to_be_disabled()
    tick = page.get_by_label("Leave these 3 rows out")
    expect(tick).not_to_be_checked()
    tick.check()
    _verdict(page, FITS)
    expect(page.get_by_label("Leave these 3 rows out")).to_be_checked()
    expect(page.locator("#data-usable")).to_contain_text("3 without")
    expect(page.locator("#data-pictures figure")).to_have_count(3)
    expect(page.locator("#data-pictures .picture-curves path[class^=line]")).to_have_count(2)
    expect(use).to_be_enabled()
    page.get_by_label("Leave these 3 rows out").uncheck()
    expect(use).to_be_disabled()


def _bomb() -> bytes:
    """Return a workbook of some kilobytes that would be 60 MB."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 60_000_000)
    return written.getvalue()


def test_what_is_refused_or_cancelled_loses_nothing_and_disturbs_nobody(readers: Readers, tmp_path: Path):
    other = Explorer(readers().new_page()).open("threshold=1000")
    page = _bring(_opened(readers().new_page()), _file(french_csv()))
    _verdict(page, FITS)
    page.get_by_label("Title").fill(TITLE)
    page.locator("#data-file").set_input_files(_file(_bomb(), "bomb.xlsx"))
    other.thumb().press("ArrowRight")
    other.expect_view(other.query())
    refused = page.locator("#data-refused")
    expect(refused).to_contain_text("bomb.xlsx was not taken")
    expect(refused.locator("li")).not_to_be_empty()
    expect(page.get_by_label("Title")).to_have_value(TITLE)
    page.route("**/uploads", lambda _: None)
    page.locator("#data-file").set_input_files(_file(french_csv()))
    cancel = page.get_by_role("button", name="Cancel")
    expect(cancel).to_be_focused()
    cancel.press("Enter")
    expect(page.locator("#data-said")).to_contain_text("Cancelled. Nothing of the file was kept")
    expect(page.locator("#data-file")).to_be_focused()
    expect(page.get_by_label("Title")).to_have_value(TITLE)
    too_large = tmp_path / "large.csv"  # not as a payload, which takes seconds on its way to the browser
    too_large.write_bytes(b"x" * (MAX_UPLOAD + 1))
    page.locator("#data-file").set_input_files(too_large)
    expect(refused).to_contain_text(f"larger than {MAX_UPLOAD // 1_000_000}")
    expect(page.get_by_label("Title")).to_have_value(TITLE)


def test_two_files_of_an_adam_study_are_dropped_at_once(readers: Readers, cdisc_pilot: Path):
    page = _opened(readers().new_page())
    files = [(name, (cdisc_pilot / name).read_bytes().hex()) for name in ("adtte.xpt", "adsl.xpt")]
    dropped = page.evaluate_handle(
        """(files) => {
          const data = new DataTransfer();
          for (const [name, hex] of files) {
            const bytes = Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
            data.items.add(new File([bytes], name));
          }
          return data;
        }""",
        files,
    )
    page.dispatch_event("main", "dragover", {"dataTransfer": dropped})
    expect(page.locator("#data-drop.over")).to_be_visible()
    page.dispatch_event("main", "drop", {"dataTransfer": dropped})
    _verdict(page, "1 thing to settle before this trial can be explored.")
    expect(page.locator("#data-problems-treated")).to_contain_text("Which one is the treated arm?")
    page.get_by_label("Treated arm").select_option("Xanomeline High Dose")
    _verdict(page, FITS)
    expect(page.get_by_label("The event is")).to_have_value("0")
    expect(page.locator("#data-mapping-title")).to_contain_text("254 rows")
    page.get_by_label("Find a column").fill("mmse")
    expect(page.locator(".map-column:visible")).to_have_count(1)
    assert fits(page)


def _a_trial_is_brought_with_the_keyboard_alone(page: Page) -> None:
    # Chromium is told long before the key that a choice of files is caught: told just before it, on a
    # loaded machine it hears of the key first, opens its own dialog, and nobody hears of that
    page.on("filechooser", lambda _: None)
    _opened(page)
    keys = page.keyboard
    page.get_by_role("link", name="Back to Explore").focus()
    keys.press("Tab")
    expect(page.locator("#data-file")).to_be_focused()
    with page.expect_file_chooser() as chooser:
        keys.press("Space")
    chooser.value.set_files(_file(french_csv()))
    expect(page.locator("#data-mapping-title")).to_be_focused()
    keys.press("Tab")
    expect(page.get_by_label("Event", exact=True)).to_be_focused()
    _verdict(page, FITS)
    page.get_by_role("button", name="Use this trial").press("Enter")
    page.wait_for_url("/?trial=own-*")


UNSURE = "\n".join(["time,died,arm", *(f"{5 + 7 * k},{k // 40},{'AB'[k % 2]}" for k in range(60))])
"""Those who died were followed longer, arms are letters, and nothing says what times are in."""


def test_what_is_not_sure_asks_and_a_check_that_nobody_answered_is_made_again(server: str, browser: Browser):
    context = browser.new_context(base_url=server)
    context.set_default_timeout(PATIENCE_MS)
    page = _bring(_opened(context.new_page()), _file(UNSURE.encode(), "unsure.csv"))
    asks = page.locator(".map-reason.asks:visible")
    expect(asks).to_have_count(1)
    expect(asks).to_contain_text("please check")
    verdict = "2 things to settle before this trial can be explored."
    expect(page.locator("#data-mapping-title")).to_have_accessible_description(verdict)
    page.route("**/_dash-update-component*", lambda route: route.abort("connectionrefused"))
    page.get_by_label("Time is in").select_option("weeks")
    page.get_by_label("The event is").select_option("0")
    expect(asks).to_have_count(0)
    page.get_by_label("Control arm").select_option("A")
    _verdict(page, "Not checked yet: the server does not answer. It is asked again by itself.")
    expect(page.get_by_role("button", name="Use this trial")).to_be_disabled()
    page.unroute("**/_dash-update-component*")
    _verdict(page, FITS)
    expect(page.get_by_role("button", name="Use this trial")).to_be_enabled()
    context.close()


VISITS = "id,arm,months,died,age,alsfrs_m3,alsfrs_m6,alsfrs_m9\n" + "".join(
    f"P{k},{'AB'[k % 2]},{k % 17 + 1}.5,{k % 3 % 2},{40 + k % 30},{40 - k % 9},{38 - k % 11},{35 - k % 13}\n"
    for k in range(60)
)


def test_a_series_of_columns_says_once_why_it_is_left_out(readers: Readers):
    page = _bring(_opened(readers().new_page()), _file(VISITS.encode(), "wide.csv"))
    said = page.locator(".map-column .map-reason:visible", has_text="Not offered")
    expect(said).to_have_count(1)
    expect(said).to_contain_text("The same holds for the next 2 columns.")


def test_repeated_measurements_are_told_and_corrected_before_the_trial_is_used(readers: Readers):
    people = sample_folder() / "mirocals.csv"
    visits = (sample_folder() / "mirocals.visits.csv").read_bytes() + b"stranger,svc,9,,80\n"
    files = [_file(people.read_bytes(), "study.csv"), _file(visits, "visits.csv")]
    page = _bring(_opened(readers().new_page()), files)
    _verdict(page, FITS)
    lines = page.locator("#data-measures > li")
    expect(lines).to_have_count(4)
    expect(lines.nth(0)).to_contain_text("1,639 values of 220 participants, day 0 to day 555")
    expect(lines.nth(2)).to_contain_text("peak and trough of a cycle apart")
    expect(page.locator("#data-measured-rows")).to_contain_text(
        "1 row of participants who are not in the trial"
    )
    assert violations(page) == []
    page.get_by_label("Which way is better of alsfrs_r").select_option("Higher is better")
    lines.nth(0).get_by_label("Label of alsfrs_r").fill("Function score")
    page.get_by_label("Use svc").uncheck()
    expect(lines.nth(1)).not_to_contain_text("1,203 values")
    expect(lines.nth(1)).to_have_class("map-measure unused")
    page.reload()
    expect(lines.nth(0).get_by_label("Label of alsfrs_r")).to_have_value("Function score")
    expect(page.get_by_label("Use svc")).not_to_be_checked()
    page.get_by_role("button", name="Use this trial").click()
    page.wait_for_url("/?trial=own-*")
    page.goto(f"/progression?{urlsplit(page.url).query}")
    expect(page.locator(".cards")).to_contain_text("Function score")
    expect(page.locator(".cards")).to_contain_text("win probability")
