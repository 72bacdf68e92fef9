"""What the bodies do, in processes that hold no secret."""
