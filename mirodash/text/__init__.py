"""Text: formats numbers and writes sentences, the only place that does."""
