"""What procedures are written in, and the pure machine that runs them. No Temporal, no I/O, no clock."""
