"""The command line answers as the engine does, refuses in plain sentences, and serves where it says."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from mirodash import __version__, cli, serving
from mirodash.cli import COMMANDS
from mirodash.export.analysis_json import analysis_json
from mirodash.questions.report import analyze
from mirodash.stratification.selection import Selection
from mirodash.trial.store import sample
from tests.answers import same, same_group
from tests.profiles import for_each
from tests.reference_cases import FOLDER, load_json

CSV = """id,days,died,arm,pnfh,age,sex,site
1,100,1,drug,500,40,f,A
2,200,0,drug,5000,50,m,A
3,150,1,placebo,800,60,f,B
4,300,1,placebo,4000,70,m,B
5,250,1,drug,900,45,f,B
6,120,1,placebo,,55,f,A
"""
ROLES = ["--time", "days", "--event", "died", "--event-value", "1", "--arm", "arm", "--id", "id"]
ROLES += ["--control", "placebo", "--treated", "drug", "--biomarker", "pnfh", "--site", "site"]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.main, list(arguments), prog_name="mirodash")


def told(*arguments: str) -> dict[str, Any]:
    result = run("analyze", *arguments, "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    return json.loads(result.stdout)


def refused(*arguments: str) -> list[str]:
    result = run("analyze", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Traceback" not in result.stderr
    return result.stderr.splitlines()


@pytest.fixture
def csv(tmp_path: Path) -> str:
    path = tmp_path / "trial.csv"
    path.write_text(CSV, encoding="utf-8")
    return str(path)


def test_help_is_for_people():
    for arguments in ((), ("analyze",), ("scan",), ("serve",)):
        result = run(*arguments, "--help")
        assert result.exit_code == 0
        assert "mirodash" in result.stdout
    assert "Nothing leaves this machine" in run("--help").stdout
    assert "Repeatable" in run("analyze", "-h").stdout


def test_version():
    assert run("--version").stdout.startswith(f"mirodash {__version__}")


def test_a_built_in_trial_as_json_is_the_engines_answer():
    assert told("mirocals") == analysis_json(analyze(sample("mirocals"), Selection()))


def test_a_built_in_trial_as_tables():
    result = run("analyze", "mirocals", "--threshold", "750", "--threshold", "3700")
    assert result.exit_code == 0
    assert "SYNTHETIC" in result.stdout
    assert "750 < pNFH ≤ 3,700 pg/mL" in result.stdout


@for_each(
    ("options", "query"),
    [
        ([], ""),
        (["--threshold", "3700"], ""),
        (["--threshold", "2000"], "threshold=2000"),
        (["--threshold", "none"], "threshold="),
        (["--horizon", "365"], "horizon=365"),
        (["--biomarker", "serum_nfl"], "biomarker=serum_nfl"),
        (["--control", "IL-2", "--treated", "Placebo"], "treated=Placebo&control=IL-2"),
        (["--sites", "UK-01,FR-02"], "site=FR-02&site=UK-01"),
        (["--keep", "sex=female", "--keep", "age=40..60"], "range.age=40..60&keep.sex=F"),
        (["--strata", "country", "--strata", "onset"], "stratum=country&stratum=onset"),
        (["--confidence", "0.9"], "confidence=0.9"),
        (["--query", "https://example.org/?threshold=750&horizon=365#top"], "horizon=365&threshold=750"),
        (["--query", "threshold=750&horizon=365", "--threshold", "3700"], "horizon=365"),
    ],
)
def test_every_option_is_in_the_canonical_query(options: list[str], query: str):
    answer = told("mirocals", *options)
    assert answer["selection"]["query"] == query
    # the same link gives the same answer
    assert told("mirocals", "--query", query or "?") == answer


def test_a_link_alone_says_which_built_in_trial_it_is_about():
    answer = told("--query", "trial=mirocals-null&threshold=750")
    assert answer["selection"]["query"] == "trial=mirocals-null&threshold=750"
    assert answer == told("mirocals-null", "--threshold", "750")
    assert told("--query", "threshold=750")["trial"]["name"] == sample("mirocals").title


def test_a_file_with_roles_as_options(csv: str):
    answer = told(csv, *ROLES, "--threshold", "1000", "--keep", "age=40..70", "--strata", "site")
    assert answer["trial"]["participants"] == 6
    assert answer["excluded"] == [{"reason": "biomarker missing", "participants": 1}]
    assert [(g["n"], g["events"]) for g in answer["groups"]] == [(6, 5), (3, 3), (2, 1)]
    assert [arm["arm"] for arm in answer["groups"][0]["arms"]] == ["placebo", "drug"]
    assert answer["stratified"]["by"] == ["site"]


def test_sites_and_levels_of_a_file(csv: str):
    answer = told(csv, *ROLES, "--threshold", "none", "--sites", "A", "--keep", "sex=f")
    assert answer["excluded"] == [
        {"reason": "another site", "participants": 3},
        {"reason": "filtered out", "participants": 1},
    ]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "Missing argument 'DATA...': a file, or a built-in trial such as mirocals."),
        (["nowhere.csv"], "no file 'nowhere.csv'"),
        (["mirocals", "--threshold", "low"], "A threshold must be a number"),
        (["mirocals", "--horizon", "-5"], "the horizon must be a positive number"),
        (["mirocals", "--horizon", "1000000"], "more than 100 years"),
        (["mirocals", "--confidence", "95"], "the confidence level must lie between"),
        (["mirocals", "--sites", "UK-99"], "There is no site 'UK-99'"),
        (["mirocals", "--strata", "region"], "no column with strata 'region'"),
        (["mirocals", "--keep", "seks=f"], "no column 'seks'"),
        (["mirocals", "--keep", "sex=x"], "has no value 'x'"),
        (["mirocals", "--control", "IL-2"], "both 'IL-2'"),
        (["mirocals", "--biomarker", "il6"], "no biomarker 'il6'"),
        (["mirocals", "--time", "days"], "--time can only be given for a file"),
        (["--query", "trial=lung"], "There is no built-in trial 'lung'; there are mirocals"),
        (["mirocal"], "There is no built-in trial 'mirocal'; there are mirocals"),
        (["mirocals", "gbsg2"], "gbsg2"),
    ],
)
def test_what_cannot_be_answered_is_refused_in_a_sentence(arguments: list[str], sentence: str):
    assert sentence in "\n".join(refused(*arguments))


def test_every_problem_has_its_line():
    problems = refused("mirocals", "--sites", "UK-99,FR-99", "--biomarker", "il6", "--horizon", "1000000")
    assert len(problems) == 4


def test_problems_of_a_file_and_of_the_question_are_said_together(csv: str):
    problems = refused(csv, *ROLES, "--time", "day", "--horizon", "soon", "--confidence", "95")
    assert [word in line for word, line in zip(("'day'", "'soon'", "0.95"), problems, strict=True)] == [
        True
    ] * 3


def test_an_unknown_column_of_a_file(csv: str):
    assert any("no column 'day'" in line for line in refused(csv, *ROLES, "--time", "day"))


def test_an_unexpected_failure_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    def broken(*_: object) -> None:
        raise RuntimeError("secret of participant 7")

    monkeypatch.setattr("mirodash.cli.commands.analysed", broken)
    assert refused("mirocals") == [
        "Something unexpected went wrong (RuntimeError); run again with --debug to see where."
    ]
    assert caplog.text == ""
    refused("mirocals", "--debug")
    assert "RuntimeError" in caplog.text


REFERENCES = [case for case in load_json("cases") if case["biomarker"]]


@for_each("case", REFERENCES)
def test_a_reference_trial_equals_r(case: dict[str, Any]):
    arguments = [
        str(FOLDER / case["csv"]),
        "--unit",
        "days",
        "--horizon",
        str(case["horizon"]),
        "--threshold",
        str(case["threshold"]),
    ]
    for option in ("time", "event", "event-value", "arm", "control", "treated", "biomarker", "strata"):
        arguments += [f"--{option}", str(case[option.replace("-", "_")])]
    answer, wanted = told(*arguments), load_json(f"{case['name']}.expected")
    for group, name in zip(answer["groups"], ("overall", "low", "high"), strict=True):
        same_group(group, wanted[name])
    binary = wanted["interaction"]["binary"]
    same(answer["interaction"], {"ratio_of_hazard_ratios": binary["ratio_of_hrs"], **binary}, 1e-8)
    scale = answer["continuous"].pop("scale")
    same(answer["continuous"], wanted["interaction"][scale], 1e-8)
    same(answer["stratified"]["logrank"], wanted["stratified"]["logrank"], 1e-12)
    same({key: answer["stratified"]["cox"][key] for key in ("hr", "ci")}, wanted["stratified"]["cox"], 1e-8)


def test_an_adam_study_in_either_order_equals_r(cdisc_pilot: Path):
    files = [str(cdisc_pilot / "adsl.xpt"), str(cdisc_pilot / "adtte.xpt")]
    roles = ["--control", "Placebo", "--treated", "Xanomeline High Dose", "--biomarker", "MMSETOT"]
    answer = told(*files, *roles, "--threshold", "18", "--horizon", "180", "--strata", "SITEID")
    assert answer == told(*reversed(files), *roles, "--query", answer["selection"]["query"])
    path = Path(__file__).parents[1] / "analysis" / "cdisc_pilot.expected.json"
    wanted = json.loads(path.read_text(encoding="utf-8"))
    for group, there in zip(answer["groups"], wanted["groups"], strict=True):
        same(group["cox"], there["cox"], 1e-8)
        same(group["logrank"], there["logrank"], 1e-12)
    cox = answer["stratified"]["cox"]
    same({key: cox[key] for key in wanted["stratified"]["cox"]}, wanted["stratified"]["cox"], 1e-8)


def test_a_terminal_that_cannot_show_our_signs_gets_others():
    result = CliRunner(charset="ascii").invoke(cli.main, ["analyze", "mirocals"])
    assert result.exit_code == 0
    assert "pNFH <= 3,700 pg/mL" in result.stdout
    assert "-12 points" in result.stdout
    assert "?" not in result.stdout


MIRODASH = [sys.executable, "-c", "from mirodash.cli import main; main()"]


def test_a_process_of_its_own():
    done = subprocess.run(
        [*MIRODASH, "analyze", "mirocals", "--json"],
        capture_output=True,
        check=False,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["groups"][0]["n"] == 220


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full disk here")
def test_an_answer_for_which_there_is_no_room_is_told():
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*MIRODASH, "methods", "mirocals"],
            check=False,
            encoding="utf-8",
            stdout=full,
            stderr=subprocess.PIPE,
        )
    told = "Something could not be read or written (no space left on device).\n"
    assert (done.returncode, done.stderr) == (2, told)


SLOW_TO_READ = {"dash", "flask", "plotly", "lifelines", "werkzeug", "pptx"}


@for_each(
    ("arguments", "unread"),
    [
        (["--help"], SLOW_TO_READ | {"numpy", "scipy"}),
        (["analyze", "--help"], SLOW_TO_READ),
        (["code", "--help"], SLOW_TO_READ),
    ],
)
def test_a_command_does_not_wait_for_what_it_does_not_use(arguments: list[str], unread: set[str]):
    program = (
        "import sys, mirodash.cli as cli\n"
        f"cli.main({arguments!r}, standalone_mode=False)\n"
        "print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, encoding="utf-8")
    assert "Usage:" in done.stdout
    assert not unread & set(done.stderr.split())


def test_every_command_is_listed_with_what_it_does():
    listed = run("--help").stdout
    width = max(map(len, COMMANDS))
    for name, (_, line) in COMMANDS.items():
        assert f"  {name:<{width}}  {line}\n" in listed
        opening = run(name, "--help")
        assert opening.exit_code == 0
        assert opening.stdout.partition("\n\n")[2].split()[0] == line.split()[0]


def test_a_command_that_does_not_exist_is_refused():
    result = run("analyse", "mirocals")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "No such command 'analyse'" in result.stderr


def test_a_link_about_another_trial_than_data_is_refused():
    result = run("analyze", "mirocals", "--query", "trial=gbsg2&threshold=20")
    assert result.exit_code == 2
    assert "about the trial 'gbsg2', and DATA is 'mirocals'" in result.stderr
    assert told("gbsg2", "--query", "trial=gbsg2&threshold=20") == told("--query", "trial=gbsg2&threshold=20")


@for_each("query", ["thresholds=3700", "nonsense", "http://127.0.0.1:8050/?threshold=750&sites=FR-01"])
def test_a_key_that_means_nothing_in_a_query_is_said(query: str):
    result = run("analyze", "--query", query)
    assert (result.exit_code, result.stdout) == (2, "")
    wrong = next(key for key in ("thresholds", "nonsense", "sites") if key in query)
    assert f"'{wrong}' in --query means nothing here" in result.stderr


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


def _serving(*options: str) -> tuple[subprocess.Popen[str], str, list[str]]:
    process = subprocess.Popen(
        [*MIRODASH, "serve", "--no-browser", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    assert process.stdout is not None
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line.rstrip())
        if line.startswith("MiroDash is at "):
            return process, line.split()[3].partition("?")[0], lines
    raise AssertionError(process.communicate()[1])


def _stopped(process: subprocess.Popen[str]) -> tuple[str, str]:
    process.terminate()
    return process.communicate(timeout=60)


def test_serve_answers_where_it_says_and_stops_when_told(taken: int):
    process, address, lines = _serving("--port", str(taken), "mirocals", "--threshold", "750")
    try:
        with urllib.request.urlopen(f"{address}health") as reply:  # noqa: S310 (our own address)
            assert reply.status == 200
    finally:
        out, err = _stopped(process)
    assert lines[0] == f"Port {taken} is not free, so another one is used."
    assert address.startswith("http://127.0.0.1:")
    assert str(taken) not in address
    # said before the seconds that the start takes, and not where a script reads the address
    assert (process.returncode, out, err) == (0, "Stopped.\n", "MiroDash is starting ...\n")


def test_serve_refuses_data_it_cannot_read_before_it_opens_anything():
    result = run("serve", "nowhere.csv", "--no-browser")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "no file 'nowhere.csv'" in result.stderr


class Recorder:
    """Stands in for the server and the browser, and remembers what reached them."""

    def __init__(self) -> None:
        self.apps: list[dict[str, Any]] = []
        self.opened: list[str] = []
        self.views: list[str] = []

    def create_app(self, settings: object, **options: Any) -> Any:
        self.apps.append(options)
        return self

    server = None

    def run(
        self, application: object, listener: socket.socket, host: str, *, query: str, no_browser: bool
    ) -> None:
        self.views.append(query)
        self.opened.append(f"{host}:{listener.getsockname()[1]}:{no_browser}")


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    found = Recorder()
    monkeypatch.setattr("mirodash.factory.create_app", found.create_app)
    monkeypatch.setattr(serving, "run", found.run)
    return found


def test_serve_without_data_opens_the_built_in_trials(recorder: Recorder):
    assert run("serve", "--port", "0").exit_code == 0
    assert [app["trials"] for app in recorder.apps] == [()]
    assert recorder.views == [""]
    assert recorder.opened[0].startswith("127.0.0.1:")
    assert recorder.opened[0].endswith(":False")


def test_serve_opens_a_built_in_trial_with_what_was_asked(recorder: Recorder):
    assert run("serve", "mirocals-null", "--threshold", "750", "--port", "0", "--no-browser").exit_code == 0
    assert [app["trials"] for app in recorder.apps] == [()]
    assert recorder.views == ["trial=mirocals-null&threshold=750"]


def test_serve_opens_a_file(recorder: Recorder, csv: str):
    assert run("serve", csv, *ROLES, "--horizon", "200", "--port", "0").exit_code == 0
    (app,) = recorder.apps
    assert recorder.views == ["horizon=200"]
    assert [trial.participants for trial in app["trials"]] == [6]


@for_each("host", ["no-such-host.invalid", "203.0.113.1"])
def test_an_address_that_is_not_this_machine_is_refused(recorder: Recorder, host: str):
    result = run("serve", "--host", host)
    assert result.exit_code == 2
    assert host in result.stderr
    assert recorder.opened == []


def _hello(_: dict[str, Any], start: Any) -> list[bytes]:
    start("200 OK", [("Content-Type", "text/plain")])
    return [b"hello"]


@pytest.fixture
def terminated() -> Iterator[None]:
    """Puts back what happens on SIGTERM."""
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.mark.usefixtures("terminated")
def test_the_browser_opens_where_the_dashboard_already_answers(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    seen: list[tuple[str, bytes]] = []

    def browse(address: str) -> None:
        with urllib.request.urlopen(address) as reply:  # noqa: S310 (our own address)
            seen.append((address, reply.read()))
        signal.raise_signal(signal.SIGTERM)

    monkeypatch.setattr("webbrowser.open", browse)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        serving.run(_hello, listener, "127.0.0.1", query="threshold=750", no_browser=False)
    address = f"http://127.0.0.1:{port}/?threshold=750"
    assert seen == [(address, b"hello")]
    out, err = capsys.readouterr()
    assert out == f"MiroDash is at {address} (stop it with Ctrl+C)\nStopped.\n"
    assert err == ""


def test_the_usual_port_is_8050_and_another_when_it_is_taken(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch
):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        monkeypatch.setattr(serving, "USUAL_PORT", port)
        result = run("serve", "--no-browser")
    assert result.exit_code == 0
    assert result.stdout == f"Port {port} is not free, so another one is used.\n"
    assert result.stderr == "MiroDash is starting ...\n"
    assert recorder.opened != [f"127.0.0.1:{port}:True"]
