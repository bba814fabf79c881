"""What cases ask of the world: a folder a subject, with what may be asked and who does it."""
