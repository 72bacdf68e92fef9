"""Settings of the rules for VPC flow logs."""

# Ports that the internet must not reach: SSH and the remote desktop.
WATCHED_PORTS = [22, 3389]

# Ports that the internet may reach: the web.
APPROVED_PORTS = [80, 443]

# Ports of name resolution: DNS and multicast DNS.
DNS_PORTS = [53, 5353]

# Public resolvers that hosts may ask. Private ones are always approved.
APPROVED_RESOLVERS = ["1.1.1.1", "8.8.8.8"]
