"""Limits of the CIS policies; change them here to fit your organisation."""

# Seconds that must lie between the making of a user and of its first access key.
MINIMUM_SECONDS_TO_FIRST_KEY = 7

# Days that an access key in use may grow old.
MAXIMUM_KEY_AGE_DAYS = 90

# Days that an active access key, or a console password, may go unused.
MAXIMUM_KEY_IDLE_DAYS = 90
MAXIMUM_PASSWORD_IDLE_DAYS = 90

# Hours that may pass since a trail last delivered to CloudWatch Logs.
MAXIMUM_LOG_SILENCE_HOURS = 24

# The account's password policy.
MINIMUM_PASSWORD_LENGTH = 14
MAXIMUM_PASSWORD_AGE_DAYS = 90
MINIMUM_REMEMBERED_PASSWORDS = 24

# Fields of the password policy that are not to be checked, such as "RequireSymbols".
IGNORED_PASSWORD_CHECKS = []

# Ports that must not be open to the whole internet.
ADMINISTRATIVE_PORTS = [22, 3389]

# Kinds of traffic of which a VPC must log one.
LOGGED_TRAFFIC_TYPES = ["REJECT", "ALL"]
