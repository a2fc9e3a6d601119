"""Plots: figures as plain plotly dictionaries."""
