"""Events from outside: CloudEvents that start and move cases, each once, ever."""
