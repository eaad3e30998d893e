"""What makes the release: the frozen program, its setup, and the rehearsal of both."""
