"""Marketing and content."""
