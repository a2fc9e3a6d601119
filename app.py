"""The dashboard for a production server: ``gunicorn app:server``."""

from mirodash import serving
from mirodash.factory import create_app
from mirodash.settings import Settings

app = create_app(Settings.from_env())
server = app.server
serving.freeze_memory()
