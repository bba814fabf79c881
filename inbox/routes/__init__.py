"""The pages' routes, a file a place."""
