"""What a port raises when it can't say yes or no."""

from __future__ import annotations


class PortError(Exception):
    """The other side couldn't be asked, or gave no usable answer. The same again may succeed."""


class Unsettled(PortError):
    """It has been asked and hasn't decided yet. Asking again tells."""


class Misconfigured(PortError):
    """It can't succeed until someone mends the configuration."""
