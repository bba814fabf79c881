"""Who calls: accounts, passwords, sessions, and the log of what was done with rights and personal data."""
