"""Figures for Prometheus: `/metrics`."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

ACTIONS = Counter("guicheng_requests_answered", "Requests that the journal has answered.", ["kind", "status"])
WAITING = Gauge("guicheng_requests_waiting", "Requests of this process that wait for a case's answer.")
EVENTS = Counter("guicheng_events", "Events from outside, by what came of them.", ["standing"])
TURNS_WAITED_FOR = Gauge("guicheng_turns_waited_for", "Requests that wait for their store's turn.")
STREAMS = Gauge("guicheng_streams", "Open streams of changes.")
DROPPED = Counter("guicheng_streams_dropped", "Streams closed because their reader was too slow.")
SECONDS = Histogram(
    "guicheng_http_seconds",
    "Time to answer.",
    ["method", "route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
