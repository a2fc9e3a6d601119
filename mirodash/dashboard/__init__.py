"""The only place that knows Dash: shell, controls, panels, pages."""
