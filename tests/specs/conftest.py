"""Property tests are the same on each run, and don't fail because a machine is busy."""

from hypothesis import settings

settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")
