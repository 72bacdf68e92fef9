"""Settings of the rules for S3 server access logs."""

# Requests to buckets may come from these networks, of IPv4 or IPv6.
APPROVED_NETWORKS = ["10.0.0.0/8"]

# Buckets that anybody may use without signing in, such as those of public websites.
BUCKETS_OPEN_TO_ANONYMOUS_USE = []

# Statuses of responses that AWS.S3.ServerAccess.Error alerts on: refused, and not allowed for this resource.
WATCHED_STATUSES = [403, 405]

# Errors of these statuses that nobody has to act on, because clients sign the request again and repeat it.
IGNORED_ERRORS = ["SignatureDoesNotMatch", "RequestTimeTooSkewed"]

# Operations whose errors nobody has to act on: this one asks whether a bucket exists and may be used.
IGNORED_OPERATIONS = ["REST.HEAD.BUCKET"]
