"""One report, told to people and to machines."""
