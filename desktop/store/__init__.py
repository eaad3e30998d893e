"""The encrypted files of a station, which nothing else touches."""
