"""What bounds a process that serves the API: how much, how fast, how many at a time."""

from pydantic import BaseModel, Field


class LimitSettings(BaseModel):
    """The limits, a setting each. What counts requests and streams counts those of one process."""

    http_header_bytes: int = Field(default=32 * 1024, ge=1024)
    """The most bytes of a request's address and headers together."""
    http_headers: int = Field(default=100, ge=10)
    """The most headers of a request."""
    http_header_seconds: float = Field(default=20, gt=0)
    """Seconds in which all headers of a request must come: of a connection's first request, since it was opened; of a
    later one, since its first byte."""
    http_body_seconds: float = Field(default=20, gt=0)
    """How long a body may take to arrive, beside the time that `http_body_rate` gives it."""
    http_body_rate: int = Field(default=16 * 1024, ge=1)
    """Bytes a second: a body has one second more for so many bytes that have come."""
    http_body_bytes: int = Field(default=64 * 1024 * 1024, ge=1024 * 1024)
    """The most bytes of a body that are read at all, so that whoever sends too much learns it. Each call takes less."""
    http_idle_seconds: int = Field(default=75, ge=1)
    """How long a connection is kept between two requests."""
    http_stall_seconds: float = Field(default=30, gt=0)
    """How long a client may leave an answer unread."""
    http_connections: int = Field(default=2000, ge=10)
    """The most connections. For one more, the connection is closed that has waited longest without a whole request."""

    key_requests_per_second: float = Field(default=1000, gt=0)
    """How many requests a second a caller may send in the long run."""
    key_request_burst: int = Field(default=2000, ge=1)
    """How many requests a caller may send at once after a rest."""
    store_requests_at_once: int = Field(default=0, ge=0)
    """How many requests of a store that change something are at work at a time, and how many that read, while another
    store asks too; more wait. 0: half as many as the machine has processors. Raise it where Temporal or the database is
    on another machine, and set it in a container that may use only some of the processors."""
    store_requests_waiting: int = Field(default=200, ge=1)
    """How many requests of a store may wait for their turn."""
    most_streams: int = Field(default=1000, ge=1)
    """The most streams of changes that are open at a time."""
    most_streams_per_key: int = Field(default=250, ge=1)
    """The most streams that a caller may have open."""
    most_pending_per_key: int = Field(default=5000, ge=1)
    """The most events of a caller that may wait for their cases; they are counted in the database."""

    files_per_store: int = Field(default=20 * 1024**3, ge=0)
    """The most bytes of files that a store may have."""
    files_leave_free: int = Field(default=64 * 1024**2, ge=0)
    """Bytes that uploads leave free on the disk of `data_dir`: the databases need them."""
