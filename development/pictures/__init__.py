"""Pictures of the pages: of a store that is set up for them, taken by Chromium."""
