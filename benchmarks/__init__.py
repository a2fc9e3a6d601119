"""How fast MiroDash is, beside lifelines, R's survival package and a bare Dash callback."""

import os

# as the server does, before anything imports numpy
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
