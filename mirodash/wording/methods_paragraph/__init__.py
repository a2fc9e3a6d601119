"""Which programs make the numbers."""
