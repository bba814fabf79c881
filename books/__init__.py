"""The books that others read, what they are opened with, and the ports to whoever is outside."""
