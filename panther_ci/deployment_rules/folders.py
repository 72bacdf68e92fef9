"""The names of folders that contain detections."""

import re

# Panther's own tools read only these of a repository's root; `detections` and `globals` are common too.
_WORDS = re.compile(
    r"rules|policies|queries|data_models|global|packs|lookup_tables|scheduled_prompts|detections"
)


def is_detection_folder(path: str) -> bool:
    """Whether a folder, or one it is in, is named like those of detections."""
    return _WORDS.search(path) is not None
