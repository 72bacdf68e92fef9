"""Text of YAML and JSON files as plain values with positions."""
