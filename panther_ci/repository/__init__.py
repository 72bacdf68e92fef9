"""What changed, and who depends on it."""
