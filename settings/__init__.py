"""What every process reads from its environment; and the version, which stands here alone."""

__version__ = "1.0.0"
