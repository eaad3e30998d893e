"""What is done on the command line with an open station: each a thin call of what the window calls."""
