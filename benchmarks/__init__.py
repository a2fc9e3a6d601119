"""How fast MiroDash is, beside lifelines, R's survival package and a bare Dash callback."""
