"""What is loaded beside a body in a confined process: only the standard library and this package."""
