"""Supply and stock."""
