"""The HTTP API: who calls, what they may see, and the one way into a case. It holds no rule of any procedure."""
