"""What the processes stand on: settings, Temporal, signatures, and the command that starts it all."""
