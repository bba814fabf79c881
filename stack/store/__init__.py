"""How the store works, as it says itself in a TOML file: hours, limits, procedures, schedules, people."""
