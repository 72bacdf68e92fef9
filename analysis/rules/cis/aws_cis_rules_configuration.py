"""Settings of the rules of the CIS benchmark for CloudTrail events."""

# Whether the rules that watch for changes also alert on calls that failed. These changed nothing, but
# show what somebody tried; their alerts are separate from those on changes.
ALERT_ON_FAILED_CALLS = False

# Whether AWS.Root.Activity alerts on calls that only read.
ALERT_ON_READS_OF_ROOT = False

# Calls of the root user that AWS.Root.Activity ignores: the console makes this one for root when a service
# is used for the first time.
IGNORED_CALLS_OF_ROOT = [
    "CreateServiceLinkedRole",
]

# Calls that end the recording of a trail.
TRAIL_STOPPING_CALLS = [
    "DeleteTrail",
    "StopLogging",
]

# Calls that set up a trail, change it or start its recording.
TRAIL_CHANGING_CALLS = [
    "CreateTrail",
    "UpdateTrail",
    "StartLogging",
]

# Calls that end the recording of AWS Config or its delivery.
CONFIG_STOPPING_CALLS = [
    "StopConfigurationRecorder",
    "DeleteDeliveryChannel",
]

# Calls that redefine what AWS Config records or where it delivers to.
CONFIG_CHANGING_CALLS = [
    "PutDeliveryChannel",
    "PutConfigurationRecorder",
]

# Calls that change a customer gateway or an internet gateway.
GATEWAY_CALLS = [
    "CreateCustomerGateway",
    "DeleteCustomerGateway",
    "AttachInternetGateway",
    "CreateInternetGateway",
    "DeleteInternetGateway",
    "DetachInternetGateway",
]

# Calls that change a network ACL.
NETWORK_ACL_CALLS = [
    "CreateNetworkAcl",
    "CreateNetworkAclEntry",
    "DeleteNetworkAcl",
    "DeleteNetworkAclEntry",
    "ReplaceNetworkAclEntry",
    "ReplaceNetworkAclAssociation",
]

# Calls that change a route table.
ROUTE_TABLE_CALLS = [
    "CreateRoute",
    "CreateRouteTable",
    "ReplaceRoute",
    "ReplaceRouteTableAssociation",
    "DeleteRouteTable",
    "DeleteRoute",
    "DisassociateRouteTable",
]

# Calls that change a security group.
SECURITY_GROUP_CALLS = [
    "AuthorizeSecurityGroupIngress",
    "AuthorizeSecurityGroupEgress",
    "RevokeSecurityGroupIngress",
    "RevokeSecurityGroupEgress",
    "CreateSecurityGroup",
    "DeleteSecurityGroup",
]

# Calls that change a VPC, its peerings or its ClassicLink.
VPC_CALLS = [
    "CreateVpc",
    "DeleteVpc",
    "ModifyVpcAttribute",
    "AcceptVpcPeeringConnection",
    "CreateVpcPeeringConnection",
    "DeleteVpcPeeringConnection",
    "RejectVpcPeeringConnection",
    "AttachClassicLinkVpc",
    "DetachClassicLinkVpc",
    "DisableVpcClassicLink",
    "EnableVpcClassicLink",
]

# Calls that change an IAM policy or whom it is attached to.
IAM_POLICY_CALLS = [
    "DeleteGroupPolicy",
    "DeleteRolePolicy",
    "DeleteUserPolicy",
    "PutGroupPolicy",
    "PutRolePolicy",
    "PutUserPolicy",
    "CreatePolicy",
    "DeletePolicy",
    "CreatePolicyVersion",
    "DeletePolicyVersion",
    "AttachRolePolicy",
    "DetachRolePolicy",
    "AttachUserPolicy",
    "DetachUserPolicy",
    "AttachGroupPolicy",
    "DetachGroupPolicy",
]

# Calls that put a KMS key out of use.
KEY_LOSS_CALLS = [
    "DisableKey",
    "ScheduleKeyDeletion",
]

# Calls that change who may use a bucket, or what becomes of its objects.
BUCKET_POLICY_CALLS = [
    "PutBucketAcl",
    "PutBucketPolicy",
    "PutBucketCors",
    "PutBucketLifecycle",
    "PutBucketReplication",
    "DeleteBucketPolicy",
    "DeleteBucketCors",
    "DeleteBucketLifecycle",
    "DeleteBucketReplication",
]

# A call was refused for want of a permission when its error code begins or ends with one of these.
# Services spell it AccessDenied, AccessDeniedException, UnauthorizedOperation or
# Client.UnauthorizedOperation.
REFUSAL_BEGINNINGS = ["AccessDenied"]
REFUSAL_ENDINGS = ["UnauthorizedOperation"]
