"""Which questions each page asks."""
