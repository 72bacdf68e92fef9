"""Tools of the developers; nothing of it is in the image or the package."""
