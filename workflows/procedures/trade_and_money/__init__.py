"""Trade and money."""
