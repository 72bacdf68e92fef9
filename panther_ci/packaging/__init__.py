"""The judged bytes as a reproducible archive."""
