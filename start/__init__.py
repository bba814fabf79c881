"""Starting and stopping it all on one machine."""
