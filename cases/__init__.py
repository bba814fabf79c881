"""Running cases, seen from outside: their client, their read model, and what keeps both right."""
