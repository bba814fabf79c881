"""Effects: the activities that touch the books and the outside world, and the contracts they fulfil."""
