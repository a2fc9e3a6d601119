"""A code is what phones look for: three corners, a light margin, and the squares of the standard."""

from __future__ import annotations

import re

import numpy as np
import segno

from mirodash.export.link_code import (
    MAX_LINK,
    PIXELS,
    QUIET,
    draw_code_picture,
    draw_link_code,
    is_short_enough,
)

ADDRESS = "https://mirodash.hospital.example/?trial=mirocals&threshold=2000&site=07"
CORNER = np.array(
    [[1] * 7, [1, 0, 0, 0, 0, 0, 1], *[[1, 0, 1, 1, 1, 0, 1]] * 3, [1, 0, 0, 0, 0, 0, 1], [1] * 7]
)


def painted(path: str, size: int) -> np.ndarray:
    """Return the squares that a path covers."""
    squares = np.zeros((size, size), dtype=int)
    parts = re.findall(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z", path)
    assert "".join(f"M{x} {y}h{n}v1h-{back}z" for x, y, n, back in parts) == path
    for x, y, across, back in ([int(part) for part in found] for found in parts):
        assert across == back
        squares[y, x : x + across] += 1
    return squares


def test_the_path_covers_the_dark_squares_once() -> None:
    code = draw_link_code(ADDRESS)
    squares = painted(code.path, code.size)
    inner = squares[QUIET:-QUIET, QUIET:-QUIET]
    assert squares.sum() == inner.sum()
    np.testing.assert_array_equal(inner, [list(row) for row in segno.make_qr(ADDRESS, error="l").matrix])


def test_three_corners_are_marked_and_the_fourth_is_not() -> None:
    code = draw_link_code(ADDRESS)
    inner = painted(code.path, code.size)[QUIET:-QUIET, QUIET:-QUIET]
    for corner in (inner[:7, :7], inner[:7, -7:], inner[-7:, :7]):
        np.testing.assert_array_equal(corner, CORNER)
    assert not np.array_equal(inner[-7:, -7:], CORNER)


def test_another_address_is_another_code() -> None:
    assert draw_link_code(ADDRESS).path != draw_link_code(f"{ADDRESS}8").path


def test_the_picture_is_as_large_as_the_code_and_the_same_each_time() -> None:
    picture = draw_code_picture(ADDRESS)
    assert picture.startswith(b"\x89PNG")
    width, height = (int.from_bytes(picture[at : at + 4], "big") for at in (16, 20))
    assert width == height == PIXELS * draw_link_code(ADDRESS).size
    assert picture == draw_code_picture(ADDRESS)


def test_the_longest_address_has_a_code_that_a_room_can_read() -> None:
    longest = "https://mirodash.example/?" + "x" * (MAX_LINK - 26)
    assert is_short_enough(longest)
    assert not is_short_enough(f"{longest}x")
    assert draw_link_code(longest).size <= 105
