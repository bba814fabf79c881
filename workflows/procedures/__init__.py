"""The documented procedures: one file each, in the groups of their documents."""
