"""`python -m server` for a test: the same application, on a task queue that the test's worker asks."""

import os

import uvicorn

from server import create_server
from settings.environment import settings


def main() -> None:
    """Serve until killed."""
    chosen = settings()
    app = create_server(chosen, task_queue=os.environ["TEST_QUEUE"])
    uvicorn.run(app, host=chosen.host, port=chosen.port, log_level="warning")
