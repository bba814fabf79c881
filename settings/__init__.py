"""What every process is told by its environment."""
