"""Settings of the rules for S3 server access logs."""

# Requests to buckets may come from these networks, of IPv4 or IPv6.
APPROVED_NETWORKS = ["10.0.0.0/8"]

# Buckets that anybody may use without signing in, such as those of public websites.
BUCKETS_OPEN_TO_ANONYMOUS_USE = []
