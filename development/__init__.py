"""What developers of Guicheng run: locks, the generated client, rules for imports."""
