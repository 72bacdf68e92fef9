"""What is written: specs, bodies and the rules they must keep."""
