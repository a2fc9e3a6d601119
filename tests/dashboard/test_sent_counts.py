"""What a browser counts comes back as it was sent; what is no count is none."""

from __future__ import annotations

from typing import Any

from mirodash.web.view import parse_sequence
from tests.profiles import for_each


@for_each(sent=[None, "3", -1, 1.5, 10**400, [1]])
def test_what_is_no_count_counts_as_none(sent: Any):
    assert parse_sequence(sent) == 0
    assert parse_sequence(3) == 3
