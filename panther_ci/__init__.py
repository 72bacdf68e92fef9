"""panther-ci: validates, tests and deploys Panther detections."""

__version__ = "1.0.0"
