"""panther-ci: the gatekeeper of a repository of Panther detections."""

__version__ = "1.0.0"
