"""The web dashboard: pages, controls and callbacks, the only place that knows Dash."""
