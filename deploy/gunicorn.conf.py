"""How gunicorn serves MiroDash: ``gunicorn --config deploy/gunicorn.conf.py app:server``.

Put nginx in front (``deploy/nginx.conf``): it takes requests in whole and hands answers out slowly, so that
no visitor holds a thread. Without it, gunicorn gets by with what is below: connections that say nothing
wait without a thread, and whoever stops in the middle of a request or of an answer is cut off.
"""

import os
import socket
import struct
from typing import Any

from gunicorn.workers import gthread

# one thread for each computation: two cores that each start two only wait for one another
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# taken from systemd when it hands over a socket (deploy/mirodash.socket)
bind = "127.0.0.1:8000"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "gthread"
threads = 16
worker_connections = 1000
backlog = 1024

# a worker whose main loop stands still for so long is replaced; SIGTERM waits so long for answers
timeout = 60
graceful_timeout = 30
keepalive = 5

# a link holds a view, and with many sites it is longer than the 4,094 bytes that are usual
limit_request_line = 8190

# addresses hold selections, so requests are not logged
accesslog = None
errorlog = "-"
control_socket_disable = True

RECEIVE_SECONDS = 10
SEND_SECONDS = 30

# Seconds for which a thread waits for the first byte before it leaves that to the main loop (5 by itself):
# 200 silent connections would keep 8 threads busy for two minutes.
gthread.DEFAULT_WORKER_DATA_TIMEOUT = 0.1


def when_ready(server: Any) -> None:
    """Limit how long a visitor may stop in the middle: sockets that are accepted take over these options."""
    if not hasattr(socket, "SO_RCVTIMEO"):
        return
    for listener in server.LISTENERS:
        for option, seconds in ((socket.SO_RCVTIMEO, RECEIVE_SECONDS), (socket.SO_SNDTIMEO, SEND_SECONDS)):
            listener.sock.setsockopt(socket.SOL_SOCKET, option, struct.pack("ll", seconds, 0))
