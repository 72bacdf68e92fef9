"""What a deployment offers to bodies beside Python."""

from typing import Final

# The library of the events that bodies get; https://docs.panther.com/detections/rules/python
PANTHER_CORE: Final = "panther_core"
# It reads the paths of data models.
JSONPATH: Final = "jsonpath_ng"
