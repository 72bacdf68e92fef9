"""Events as log sources write them, and the fields of each that a rule can turn on."""

import base64
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

Event = dict[str, Any]


@dataclass(frozen=True)
class Field:
    """A field of an event with the values it takes; some of them are made the ones a rule looks for."""

    path: tuple[str, ...]
    values: tuple[str, ...]


@dataclass(frozen=True)
class Shape:
    """How the events of some log types look."""

    name: str
    make: Callable[[Random], Event]
    fields: tuple[Field, ...]
    actor: str
    address: str
    log_types: tuple[str, ...]


def place(event: Event, path: tuple[str, ...], value: Any) -> None:
    """Set a nested field."""
    for key in path[:-1]:
        event = event.setdefault(key, {})
    event[path[-1]] = value


def address(random: Random) -> str:
    """An address of a documentation range (RFC 5737)."""
    return f"{random.choice(('192.0.2', '198.51.100', '203.0.113'))}.{random.randrange(1, 40)}"


def token(random: Random, length: int = 16) -> str:
    """An opaque identifier that begins with a letter, one of not too many: people copy their events."""
    return (
        "A" + base64.b32encode(hashlib.sha256(bytes([random.randrange(100)])).digest()).decode()[: length - 1]
    )


def account(random: Random) -> str:
    """The number of a made-up account."""
    return f"1234567890{random.randrange(10, 40)}"


def moment(random: Random) -> str:
    """A timestamp, as most log sources write it."""
    return f"2024-{random.randrange(1, 13):02}-{random.randrange(1, 29):02}T{random.randrange(24):02}:07:31Z"


def person(random: Random) -> str:
    """An address of a made-up colleague."""
    return random.choice(("ada", "grace", "alan", "edsger", "barbara", "donald", "frances")) + "@example.com"


def tags(random: Random, most: int) -> list[Any]:
    """Key-value pairs, which make an event longer."""
    return [
        {"key": f"tag-{number}", "value": token(random, random.randrange(8, 24))}
        for number in range(random.randrange(most))
    ]


def _api_call(random: Random) -> Event:
    owner, name = account(random), person(random).split("@")[0]
    return {
        "eventVersion": "1.08",
        "userIdentity": {
            "type": "AssumedRole",
            "principalId": f"{token(random, 21)}:{name}",
            "arn": f"arn:aws:sts::{owner}:assumed-role/{name}/session",
            "accountId": owner,
            "accessKeyId": token(random, 20),
            "sessionContext": {
                "sessionIssuer": {
                    "type": "Role",
                    "arn": f"arn:aws:iam::{owner}:role/{name}",
                    "userName": name,
                },
                "attributes": {"creationDate": moment(random), "mfaAuthenticated": "false"},
            },
        },
        "eventTime": moment(random),
        "eventSource": "ec2.amazonaws.com",
        "eventName": "DescribeInstances",
        "awsRegion": "eu-central-1",
        "sourceIPAddress": address(random),
        "userAgent": "aws-cli/2.15.30 Python/3.11.8 Linux/6.1 exe/x86_64",
        "requestParameters": {"name": token(random), "tagSet": {"items": tags(random, 20)}},
        "responseElements": random.choice((None, {"requestId": token(random), "items": tags(random, 8)})),
        "requestID": token(random, 32),
        "eventID": token(random, 32),
        "readOnly": False,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": owner,
        "tlsDetails": {"tlsVersion": "TLSv1.3", "cipherSuite": "TLS_AES_128_GCM_SHA256"},
    }


def _sign_in(random: Random) -> Event:
    return {
        "uuid": token(random, 32),
        "published": moment(random),
        "eventType": "user.session.start",
        "severity": "INFO",
        "displayMessage": "User login",
        "actor": {
            "id": token(random, 20),
            "type": "User",
            "alternateId": person(random),
            "displayName": "A Person",
        },
        "client": {
            "ipAddress": address(random),
            "device": "Computer",
            "zone": "null",
            "userAgent": {
                "browser": "FIREFOX",
                "os": "Linux",
                "rawUserAgent": "Mozilla/5.0 (X11; Linux x86_64)",
            },
            "geographicalContext": {
                "city": "Bern",
                "country": "Switzerland",
                "geolocation": {"lat": 46.9, "lon": 7.4},
            },
        },
        "outcome": {"result": "SUCCESS", "reason": None},
        "authenticationContext": {"authenticationStep": 0, "externalSessionId": token(random, 24)},
        "debugContext": {
            "debugData": {f"detail{number}": token(random, 24) for number in range(random.randrange(16))}
        },
        "target": [
            {"id": token(random, 20), "type": "AppInstance", "displayName": f"Application {number}"}
            for number in range(random.randrange(1, 5))
        ],
    }


def _request(random: Random) -> Event:
    return {
        "time": moment(random),
        "bucket": f"example-{token(random, 8).lower()}",
        "remoteIp": address(random),
        "requester": person(random),
        "operation": "REST.GET.OBJECT",
        "key": "/".join(token(random, 12) for _ in range(random.randrange(1, 5))),
        "request": {"method": "GET", "path": "/" + token(random, 24), "protocol": "HTTP/1.1"},
        "httpStatus": "200",
        "bytesSent": random.randrange(0, 10**6, 5000),
        "userAgent": "curl/8.5.0",
        "headers": {f"x-header-{number}": token(random, 30) for number in range(random.randrange(24))},
        "tls": {"version": "TLSv1.2", "cipher": "ECDHE-RSA-AES128-GCM-SHA256"},
    }


def _flow(random: Random) -> Event:
    return {
        "version": 5,
        "account": account(random),
        "interfaceId": "eni-" + token(random).lower(),
        "user": person(random),
        "srcAddr": address(random),
        "dstAddr": address(random),
        "srcPort": random.randrange(1024, 65536),
        "dstPort": random.choice((22, 53, 443, 3389)),
        "packets": random.randrange(1, 5000),
        "flow": {"direction": "ingress", "state": "established", "application": "https"},
        "start": moment(random),
        "end": moment(random),
        "action": "ACCEPT",
        "logStatus": "OK",
        "annotations": tags(random, 24),
    }


def _resource(random: Random) -> Event:
    return {
        "ResourceId": token(random, 24),
        "ResourceType": "AWS.S3.Bucket",
        "AccountId": account(random),
        "Region": "eu-central-1",
        "TimeCreated": moment(random),
        "Owner": {"ID": token(random, 40), "DisplayName": person(random)},
        "Encryption": {"Algorithm": "AES256", "Key": token(random, 20)},
        "Versioning": "Enabled",
        "Logging": {"Target": "logs.example.com", "State": "on"},
        "Access": {"Level": "private", "Grants": tags(random, 18)},
        "Tags": {f"team-{number}": token(random, 12) for number in range(random.randrange(20))},
    }


API_CALL = Shape(
    "api",
    _api_call,
    (
        Field(
            ("eventName",), ("DeleteTrail", "StopLogging", "CreateUser", "PutBucketPolicy", "RunInstances")
        ),
        Field(("eventSource",), ("iam.amazonaws.com", "s3.amazonaws.com", "kms.amazonaws.com")),
        Field(("userIdentity", "type"), ("Root", "IAMUser", "AssumedRole", "AWSService")),
        Field(
            ("userIdentity", "sessionContext", "attributes", "mfaAuthenticated"), ("mfa-true", "mfa-false")
        ),
    ),
    "userIdentity.arn",
    "sourceIPAddress",
    (
        "AWS.CloudTrail",
        "Amazon.EKS.Audit",
        "GCP.AuditLog",
        "Azure.Audit",
        "AWS.GuardDuty",
        "AWS.SecurityFindingFormat",
    )
    + ("GitHub.Audit", "GitLab.API", "Snyk.GroupAudit", "Tines.Audit", "Panther.Audit", "Notion.AuditLogs"),
)
SIGN_IN = Shape(
    "login",
    _sign_in,
    (
        Field(
            ("eventType",),
            ("user.session.start", "user.mfa.factor.deactivate", "user.account.lock", "app.access"),
        ),
        Field(("outcome", "result"), ("SUCCESS", "FAILURE", "DENY", "CHALLENGE")),
        Field(("client", "geographicalContext", "country"), ("Iceland", "Kenya", "Peru", "Japan")),
        Field(("actor", "type"), ("User", "SystemPrincipal", "PublicClientApp")),
    ),
    "actor.alternateId",
    "client.ipAddress",
    (
        "Okta.SystemLog",
        "OneLogin.Events",
        "GSuite.Reports",
        "GSuite.ActivityEvent",
        "Box.Event",
        "Slack.AuditLogs",
    )
    + (
        "Duo.Authentication",
        "Duo.Administrator",
        "Zoom.Activity",
        "Zoom.Operation",
        "Asana.Audit",
        "Auth0.Events",
    ),
)
REQUEST = Shape(
    "http",
    _request,
    (
        Field(
            ("operation",), ("REST.PUT.BUCKETPOLICY", "REST.DELETE.OBJECT", "REST.GET.ACL", "REST.COPY.PART")
        ),
        Field(("httpStatus",), ("status-403", "status-404", "status-500")),
        Field(("request", "method"), ("PUT", "DELETE", "POST")),
    ),
    "requester",
    "remoteIp",
    ("AWS.S3ServerAccess", "AWS.ALB", "Nginx.Access", "Apache.AccessCombined", "Cloudflare.HttpRequest")
    + ("Cloudflare.Firewall", "AWS.WAFWebACL", "Fastly.Access"),
)
FLOW = Shape(
    "network",
    _flow,
    (
        Field(("action",), ("ACCEPT", "REJECT", "DROP")),
        Field(("flow", "direction"), ("ingress", "egress")),
        Field(("flow", "application"), ("ssh", "rdp", "telnet", "dns")),
    ),
    "user",
    "srcAddr",
    ("AWS.VPCFlow", "AWS.VPCDns", "Cisco.Umbrella.DNS", "Cisco.Umbrella.IP", "Suricata.DNS", "Zeek.Conn")
    + ("Tailscale.Network", "Juniper.Access"),
)
RESOURCE = Shape(
    "resource",
    _resource,
    (
        Field(("Versioning",), ("Enabled", "Suspended", "Disabled")),
        Field(("Encryption", "Algorithm"), ("AES256", "aws-kms", "none-at-all")),
        Field(("Access", "Level"), ("private", "public-read", "authenticated-read")),
        Field(("Logging", "State"), ("on", "off")),
    ),
    "Owner.DisplayName",
    "Region",
    ("AWS.S3.Bucket", "AWS.KMS.Key", "AWS.EC2.Instance", "AWS.RDS.Instance", "AWS.IAM.User", "AWS.EC2.VPC"),
)
LOG_SHAPES = (API_CALL, SIGN_IN, REQUEST, FLOW)


def read_at(event: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    """The value of a nested field."""
    value: Any = event
    for key in path:
        value = value[key]
    return value
