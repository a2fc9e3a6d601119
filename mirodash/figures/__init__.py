"""Results drawn as plain plotly dictionaries."""
