"""The main job on a small private fork, as GitHub would run it."""
