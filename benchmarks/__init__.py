"""What an action costs, as a ratio to what Temporal itself costs, in one run on one server."""
