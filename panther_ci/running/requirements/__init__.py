"""The packages that bodies import: what is asked for, downloaded, built and installed."""
