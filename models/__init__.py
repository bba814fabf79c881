"""What crosses the wire, and what is kept in the database."""
