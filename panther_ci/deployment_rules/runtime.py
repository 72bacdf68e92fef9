"""What a deployment offers to bodies beside Python."""

from typing import Final

# The library of the events that bodies get; https://docs.panther.com/detections/rules/python
PANTHER_CORE: Final = "panther_core"
# Where its classes were before; bodies of 2021 and 2022 import them from there, which still works.
FORMER_CORE: Final = "panther_analysis_tool"
EVENT_LIBRARIES: Final = frozenset({PANTHER_CORE, FORMER_CORE})
# It reads the paths of data models.
JSONPATH: Final = "jsonpath_ng"
