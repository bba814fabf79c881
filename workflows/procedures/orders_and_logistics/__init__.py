"""Orders and logistics."""
