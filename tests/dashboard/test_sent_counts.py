"""What a browser counts comes back as it was sent; what is no count is none."""

from __future__ import annotations

from typing import Any

from mirodash.web.view import count_sent
from tests.profiles import for_each


@for_each(sent=[None, "3", -1, 1.5, 10**400, [1]])
def test_what_is_no_count_counts_as_none(sent: Any):
    assert count_sent(sent) == 0
    assert count_sent(3) == 3
