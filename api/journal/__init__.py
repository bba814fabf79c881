"""The journal: what was asked is written down before anything is sent, and its answer before it is told."""
