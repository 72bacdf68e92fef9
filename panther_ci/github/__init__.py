"""What a GitHub run is told and what it tells back."""
