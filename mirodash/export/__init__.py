"""Results written for other programs."""
