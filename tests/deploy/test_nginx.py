"""The nginx configuration, with other paths and ports and otherwise as it is, before the real dashboard."""

from __future__ import annotations

import gzip
import json
import os
import re
import shlex
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from pathlib import Path

import pytest

from mirodash.factory import create_app
from mirodash.settings import Settings
from mirodash.web.security import HEADERS
from tests.dashboard.renderer import CALLBACKS, Reader
from tests.deploy.processes import DEPLOY, PATIENCE, ROOT, ended, free_port, gunicorn

pytestmark = pytest.mark.nginx

NAME = "mirodash.hospital.example"
MAIN = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
{user}
events {{ worker_connections 1024; }}
http {{
    include /etc/nginx/mime.types;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


def configured(folder: Path, tls: int, plain: int) -> Path:
    """Write our configuration for these ports, with everything that it names in one folder."""
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    for ours, here in (
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("listen 443 ssl http2;", f"listen 127.0.0.1:{tls} ssl http2;"),
        ("unix:/run/mirodash.sock", f"unix:{folder}/socket"),
        ("/var/cache/nginx-mirodash", f"{folder}/cache"),
        ("/etc/ssl/certs/mirodash.pem", f"{folder}/certificate"),
        ("/etc/ssl/private/mirodash.key", f"{folder}/key"),
        ("/var/log/nginx/mirodash.log", f"{folder}/error.log"),
        ("root /opt/mirodash;", f"root {ROOT};"),
    ):
        assert text.count(ours) == 1, ours
        text = text.replace(ours, here)
    (folder / "site.conf").write_text(text, encoding="utf-8")
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder, user=user), encoding="utf-8")
    return folder / "nginx.conf"


@dataclass
class Front:
    """What a browser finds at the ports of nginx."""

    tls: int
    plain: int
    application: subprocess.Popen[bytes]
    context: ssl.SSLContext = field(default_factory=ssl._create_unverified_context)

    def ask(
        self, path: str, body: bytes | None = None, *, method: str = "", **headers: str
    ) -> tuple[HTTPResponse, bytes]:
        """Ask over HTTPS, and return the answer as it came."""
        named = {"Host": NAME} | {name.replace("_", "-"): value for name, value in headers.items()}
        with closing(HTTPSConnection("127.0.0.1", self.tls, timeout=PATIENCE, context=self.context)) as to:
            to.request(method or ("GET" if body is None else "POST"), path, body, named)
            answer = to.getresponse()
            return answer, answer.read()

    def status(self, path: str, body: bytes | None = None, **headers: str) -> int:
        """Ask over HTTPS, and return what became of it."""
        return self.ask(path, body, **headers)[0].status

    def connect(self) -> socket.socket:
        """Return a connection that has said nothing yet, but who it wants to talk to."""
        plain = socket.create_connection(("127.0.0.1", self.tls), timeout=PATIENCE)
        return self.context.wrap_socket(plain, server_hostname=NAME)


def documented() -> list[str]:
    """Return the arguments of gunicorn in the command that the guide shows."""
    guide = (ROOT / "docs" / "server.md").read_text(encoding="utf-8")
    (line,) = re.findall(r"^\.venv/bin/gunicorn (.*)$", guide, re.MULTILINE)
    return shlex.split(line)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a certificate that signs itself."""
    found = tmp_path_factory.mktemp("nginx")
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    command += ["-subj", f"/CN={NAME}", "-keyout", f"{found}/key", "-out", f"{found}/certificate"]
    subprocess.run(command, check=True, capture_output=True)
    return found


@pytest.fixture(scope="module")
def front(folder: Path, nginx: str) -> Iterator[Front]:
    """A running nginx before one worker of the real dashboard, both stopped afterwards."""
    tls, plain = free_port(), free_port()
    config = configured(folder, tls, plain)
    arguments = [*documented(), "--bind", f"unix:{folder}/socket"]
    environ = {"MIRODASH_HOSTS": NAME, "MIRODASH_UPLOADS": str(folder / "uploads")}
    with ExitStack() as running:
        application = running.enter_context(ended(gunicorn(ROOT, *arguments, **environ)))
        command = [nginx, "-p", str(folder), "-c", str(config)]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        running.enter_context(ended(server))
        found = Front(tls, plain, application)
        while True:
            assert server.poll() is None, (folder / "error.log").read_text(encoding="utf-8")
            assert application.poll() is None, "gunicorn ended"
            with suppress(OSError):
                if found.status("/health") == 200:
                    break
            time.sleep(0.05)
        yield found


def _twin() -> Reader:
    return Reader(create_app(Settings()))


def test_nginx_finds_nothing_wrong(folder: Path, nginx: str):
    config = configured(folder, free_port(), free_port())
    done = subprocess.run(
        [nginx, "-t", "-p", str(folder), "-c", str(config)], capture_output=True, text=True, check=False
    )
    said = [line for line in done.stderr.splitlines() if "could not open error log file" not in line]
    assert done.returncode == 0, said
    assert [line for line in said if "[warn]" in line or "[emerg]" in line] == []


def test_pages_carry_their_headers_and_are_reached_under_one_name(front: Front):
    answer, page = front.ask("/")
    assert answer.status == 200
    assert b"MiroDash" in page
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert answer.headers["Server"] == "nginx"
    assert front.status("/nothing") == 404
    for path in ("/", "/assets/words.js", "/_dash-layout"):
        assert front.status(path, Host="evil.example") == 421
    # no other header makes a name ours
    assert front.status("/", Host="evil.example", X_Forwarded_Host=NAME) == 421
    assert front.status("/", X_Forwarded_Host="evil.example") == 200
    with closing(HTTPConnection("127.0.0.1", front.plain, timeout=PATIENCE)) as to:
        to.request("GET", "/?trial=gbsg2", headers={"Host": NAME})
        moved = to.getresponse()
    assert (moved.status, moved.headers["Location"]) == (301, f"https://{NAME}/?trial=gbsg2")


def test_callbacks_of_our_pages_are_answered_and_packed(front: Front):
    body = json.dumps(_twin().body("tables-of-explore", "threshold=1000")).encode()
    kind = {"Content_Type": "application/json", "Accept_Encoding": "gzip"}
    answer, packed = front.ask(CALLBACKS, body, Origin=f"https://{NAME}", **kind)
    assert (answer.status, answer.headers["Content-Encoding"]) == (200, "gzip")
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert json.loads(gzip.decompress(packed))["response"]
    assert front.status(CALLBACKS, body, Origin="https://evil.example", **kind) == 403
    assert front.status(CALLBACKS, body, Origin=f"https://{NAME}:8443", **kind) == 403
    assert front.status(CALLBACKS, body, Sec_Fetch_Site="same-site", **kind) == 403
    assert front.status(CALLBACKS, b"x" * 1_100_000, **kind) == 413
    assert front.status("/ready") == 200


def _form(content: bytes) -> tuple[bytes, str]:
    head = b'--edge\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
    return head + content + b"\r\n--edge--\r\n", "multipart/form-data; boundary=edge"


def test_an_upload_gives_a_cookie_that_neighbours_cannot_set(front: Front):
    # larger than any other request may be
    body, kind = _form(b"id,time,event,arm\n" + b"P%s,3,1,A\n" % (b"1" * 600) * 2_000)
    sent = {"Content_Type": kind, "X_MiroDash": "upload", "Sec_Fetch_Site": "same-origin"}
    answer, text = front.ask("/uploads", body, **sent)
    assert answer.status == 200
    assert json.loads(text)["trial"].startswith("own-")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-mirodash=")
    assert "Secure" in cookie
    receipt = {"X_MiroDash_Reader": answer.headers["X-MiroDash-Reader"], "Cookie": cookie.partition(";")[0]}
    again, _ = front.ask("/uploads", body, **sent, **receipt)
    assert (again.status, again.headers["Set-Cookie"]) == (200, None)
    assert front.status("/uploads", b"x" * 22_100_000, **sent) == 413


def test_visitors_who_hold_connections_stop_nobody(front: Front):
    large = "/_dash-component-suites/plotly/package_data/plotly.min.js"
    assert len(front.ask(large)[1]) > 4_000_000
    asked = f"GET {large} HTTP/1.1\r\nHost: {NAME}\r\n\r\n".encode()
    started = b"POST /uploads HTTP/1.1\r\nHost: %s\r\nContent-Length: 9000\r\n\r\nx" % NAME.encode()
    with ExitStack() as held:
        for said in (asked, started, b"GET / HT"):
            for _ in range(40):
                held.enter_context(front.connect()).sendall(said)
        for _ in range(60):
            held.enter_context(socket.create_connection(("127.0.0.1", front.tls), timeout=PATIENCE))
        assert front.status("/health") == 200
        assert front.status("/_dash-layout") == 200


def test_files_come_from_the_disk_whatever_the_program_does(front: Front):
    _, page = front.ask("/")
    library = re.findall(r'src="(/_dash-component-suites/[^"]*)"', page.decode())[0]
    script = re.findall(r'src="(/assets/mirodash\.[^"]*\.js)"', page.decode())[0]
    _, cached = front.ask(library)
    _, own = front.ask(script, Accept_Encoding="gzip")
    # the last test of this front: it goes on without what stands behind it
    front.application.terminate()
    front.application.wait(PATIENCE)
    assert front.status("/") == 502
    answer, again = front.ask(library)
    assert (answer.status, again) == (200, cached)
    assert "max-age=31536000" in answer.headers["Cache-Control"]
    answer, packed = front.ask(script, Accept_Encoding="gzip")
    assert (answer.status, answer.headers["Content-Encoding"]) == (200, "gzip")
    assert packed == own
    assert (ROOT / "assets" / "words.js").read_bytes() in gzip.decompress(packed)
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    answer, _ = front.ask("/assets/favicon.svg")
    assert answer.headers["Cache-Control"] == "public, max-age=86400"
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    for path in ("/assets/../app.py", "/assets/%2e%2e/app.py", "/assets../app.py"):
        assert b"create_app" not in front.ask(path)[1]
