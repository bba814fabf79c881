"""The one workflow that runs every case. It knows no procedure: the machine says what follows, this carries it out."""
