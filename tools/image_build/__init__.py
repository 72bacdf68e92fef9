"""What the Dockerfile runs to make the image small; each module is a program of its own."""
