"""Which packages a deployment offers to bodies."""

from typing import Final

# The modules that bodies import from each. The vendor documents this list, with versions that change.
OFFERED: Final = {
    "boto3": ("boto3", "botocore"),
    "jsonpath-ng": ("jsonpath_ng",),
    "panther-detection-helpers": ("panther_detection_helpers",),
    "policyuniverse": ("policyuniverse",),
    "pycountry": ("pycountry",),
    "python-dateutil": ("dateutil",),
    "requests": ("requests",),
}
OFFERED_MODULES: Final = frozenset(module for modules in OFFERED.values() for module in modules)
