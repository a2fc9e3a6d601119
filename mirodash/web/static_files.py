"""Static files: own scripts and styles as one file each, compressed once, and kept by browsers."""

from __future__ import annotations

import hashlib
import os
from collections import deque
from collections.abc import Callable, Container, Iterable
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from threading import Lock, Thread

import brotli
from dash import Dash
from dash.fingerprint import check_fingerprint
from flask import Flask, Response, request
from flask_compress import Compress

LIBRARIES = "/_dash-component-suites/"
ASSETS = "/assets/"
FOREVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
"""Of a file whose address does not change with its content: kept, and asked for by its ETag."""
QUICK, BEST = 5, 11
"""Qualities of Brotli: for plotly a fifth of a second at once, and ten in the background for a tenth less."""
MIN_BYTES = 500
OWN_IN_DASH = r".*\.(css|js)$"
"""What Dash need not put into the page one by one: it is in the bundles."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """All own files of one kind in one, under an address that changes with the content."""

    path: str
    content: bytes
    mimetype: str


CHARTS_LIBRARY = Path("plotly", "plotly-cartesian-4.1.1.min.js.br")
"""What draws charts, in the assets; see the README beside it."""


@dataclass(frozen=True, slots=True)
class PackedBundle(Bundle):
    """A bundle that comes compressed as well as it can be."""

    packed: bytes = b""


def read_charts_library(assets: Path) -> PackedBundle:
    """Return the part of plotly.js that draws on axes.

    Parameters
    ----------
    assets : Path
        The folder of style sheets and scripts.
    """
    packed = (assets / CHARTS_LIBRARY).read_bytes()
    digest = hashlib.sha256(packed).hexdigest()[:12]
    # under the name of our own files, which proxies keep
    path = f"{ASSETS}mirodash.plotly.{digest}.js"
    return PackedBundle(path, brotli.decompress(packed), "text/javascript", packed)


def read_bundles(assets: Path) -> tuple[Bundle, Bundle]:
    """Return the own style sheets and scripts, each in one file, in the order of their names.

    Parameters
    ----------
    assets : Path
        The folder of style sheets and scripts.

    Returns
    -------
    tuple of Bundle
        The style sheet and the script.
    """
    return (
        _join(assets, "css", "text/css", b"\n"),
        # a file that does not end its last statement must not run into the next
        _join(assets, "js", "text/javascript", b"\n;\n"),
    )


def _join(assets: Path, ending: str, mimetype: str, between: bytes) -> Bundle:
    content = between.join(path.read_bytes() for path in sorted(assets.glob(f"*.{ending}")))
    digest = hashlib.sha256(content).hexdigest()[:12]
    return Bundle(f"{ASSETS}mirodash.{digest}.{ending}", content, mimetype)


def write_page(index: str, style: Bundle, script: Bundle, charts: Bundle) -> str:
    """Return the page with the two bundles: the script after Dash's, before the page is drawn.

    The charts' library is only named: whatever draws the first chart asks for it.
    """
    named = f'<meta name="charts-library" content="{charts.path}">'
    index = index.replace("{%metas%}", f"{{%metas%}}\n    {named}")
    linked = index.replace("{%css%}", f'{{%css%}}\n    <link rel="stylesheet" href="{style.path}">')
    return linked.replace("{%scripts%}", f'{{%scripts%}}\n      <script src="{script.path}"></script>')


class CompressedFiles:
    """Files compressed with Brotli: quickly when first asked for, and as well as possible in the background.

    Parameters
    ----------
    folder : Path, optional
        Where what was compressed well is kept for the next start; nowhere when left out.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._kept: dict[str, bytes] = {}
        self._waiting: deque[tuple[str, bytes]] = deque()
        self._lock = Lock()
        self._improving = False
        self._worker: Thread | None = None

    def compress(self, name: str, content: bytes) -> bytes:
        """Compress a file once, and return it.

        Parameters
        ----------
        name : str
            What the file is known by; a file keeps its content as long as the program runs.
        content : bytes
            The file as it is.
        """
        kept = self._kept.get(name)
        if kept is not None:
            return kept
        best = self._read(content)
        kept = best or brotli.compress(content, quality=QUICK)
        with self._lock:
            self._kept[name] = kept
            if best is None:
                self._waiting.append((name, content))
        self._improve()
        return kept

    def keep(self, bundle: PackedBundle) -> None:
        """Take a file that comes compressed already."""
        self._kept[bundle.path] = bundle.packed

    def improve_in_background(self) -> None:
        """From now on, compress what was asked for as well as possible while nothing waits for it."""
        self._improving = True
        self._improve()

    def finish(self) -> None:
        """Wait until nothing is left to compress in the background."""
        if self._worker is not None:
            self._worker.join()

    def __len__(self) -> int:
        """Return how many files are kept."""
        return len(self._kept)

    def _improve(self) -> None:
        with self._lock:
            if self._improving and self._waiting and (self._worker is None or not self._worker.is_alive()):
                self._worker = Thread(target=self._work, name="compress static files", daemon=True)
                self._worker.start()

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    return
                name, content = self._waiting.popleft()
            better = brotli.compress(content, quality=BEST)
            self._kept[name] = better
            self._write(content, better)

    def _place(self, content: bytes) -> Path | None:
        if self._folder is None:
            return None
        return self._folder / f"{hashlib.sha256(content).hexdigest()}.br"

    def _read(self, content: bytes) -> bytes | None:
        place = self._place(content)
        if place is None:
            return None
        # a file that another version or a broken disk left is no reason not to start
        with suppress(OSError, brotli.error):
            kept = place.read_bytes()
            if brotli.decompress(kept) == content:
                return kept
        return None

    def _write(self, content: bytes, better: bytes) -> None:
        place = self._place(content)
        if place is None or place.exists():
            return
        unfinished = place.with_suffix(f".{os.getpid()}")
        with suppress(OSError):
            place.parent.mkdir(parents=True, exist_ok=True)
            unfinished.write_bytes(better)
            unfinished.replace(place)


def find_cache_folder() -> Path:
    """Return the folder in which this user's programs keep what they can make again (XDG)."""
    kept = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(kept) / "mirodash" / "static"


def register(app: Dash, bundles: Iterable[Bundle], files: CompressedFiles) -> None:
    """Serve bundles, compress every static file once and every answer as it comes, and say what may be kept.

    Registered after the checks of hosts and origins, which come before it.
    """
    server: Flask = app.server
    server.config.update(
        # of an answer that is made for one request; Brotli at its quickest takes five times as long
        COMPRESS_ALGORITHM=["zstd", "br", "gzip"],
        COMPRESS_MIN_SIZE=MIN_BYTES,
        COMPRESS_STREAMS=False,
    )
    Compress(server)
    paths: set[str] = set()
    for bundle in bundles:
        paths.add(bundle.path)
        server.add_url_rule(bundle.path, f"bundle {bundle.path}", _serve(bundle))
        if isinstance(bundle, PackedBundle):
            files.keep(bundle)

    @server.after_request
    def compress_static(response: Response) -> Response:
        name, lasts = _find_file(request.path, paths)
        if not name or response.status_code not in (HTTPStatus.OK, HTTPStatus.NOT_MODIFIED):
            return response
        response.headers["Cache-Control"] = FOREVER if lasts else ASK_AGAIN
        if _is_worth_it(response):
            response.set_data(files.compress(name, response.get_data()))
            response.headers["Content-Encoding"] = "br"
        return response


def _serve(bundle: Bundle) -> Callable[[], Response]:
    def serve() -> Response:
        return Response(bundle.content, mimetype=bundle.mimetype)

    return serve


def _find_file(path: str, bundled: Container[str]) -> tuple[str, bool]:
    """Return what a file of the page is known by, and whether its address changes with its content.

    A library's file has one name, whatever stands in its address for its version: whoever makes up versions
    has nothing compressed twice. Other answers have an empty name.
    """
    if path in bundled:
        return path, True
    return check_fingerprint(path) if path.startswith(LIBRARIES) else ("", False)


def _is_worth_it(response: Response) -> bool:
    return (
        response.status_code == HTTPStatus.OK
        and not response.is_streamed
        and (response.content_length or 0) >= MIN_BYTES
        and "br" in request.accept_encodings
    )
