"""The process that runs bodies: everything on the other side of the wall."""
