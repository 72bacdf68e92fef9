"""Settings of the policies for S3 buckets."""

# Permissions of an ACL grant that let the grantee list the bucket's objects.
READING_PERMISSIONS = ["READ", "FULL_CONTROL"]

# Permissions of an ACL grant that let the grantee change the objects or the ACL itself.
WRITING_PERMISSIONS = ["WRITE", "WRITE_ACP", "FULL_CONTROL"]

# An enabled lifecycle rule must delete objects at an age, in days, within these limits (both included).
MINIMUM_EXPIRATION_DAYS = 90
MAXIMUM_EXPIRATION_DAYS = 365

# A condition makes an open principal acceptable when its operator begins with one of these, in any case ...
NARROWING_OPERATORS = ["ArnEquals", "ArnLike", "StringEquals", "StringLike", "IpAddress"]

# ... it compares one of these keys, in any case ...
NARROWING_KEYS = [
    "aws:SourceArn",
    "aws:SourceOwner",
    "aws:SourceAccount",
    "aws:PrincipalOrgID",
    "kms:CallerAccount",
    "aws:userid",
    "aws:SourceIp",
    "aws:SourceVpc",
    "aws:SourceVpce",
]

# ... and neither one of these nor a network of all addresses is among its values, as they let everybody in.
OPEN_VALUES = ["*"]

# A statement that allows each of these grants full access. Every action added here must be allowed too
# before a statement counts as such.
S3_ACTIONS = [
    "AbortMultipartUpload",
    "CreateBucket",
    "CreateJob",
    "DeleteBucket",
    "DeleteBucketPolicy",
    "DeleteBucketWebsite",
    "DeleteObject",
    "DeleteObjectTagging",
    "DeleteObjectVersion",
    "DeleteObjectVersionTagging",
    "DescribeJob",
    "GetAccelerateConfiguration",
    "GetAccountPublicAccessBlock",
    "GetAnalyticsConfiguration",
    "GetBucketAcl",
    "GetBucketCORS",
    "GetBucketLocation",
    "GetBucketLogging",
    "GetBucketNotification",
    "GetBucketObjectLockConfiguration",
    "GetBucketPolicy",
    "GetBucketPolicyStatus",
    "GetBucketPublicAccessBlock",
    "GetBucketRequestPayment",
    "GetBucketTagging",
    "GetBucketVersioning",
    "GetBucketWebsite",
    "GetEncryptionConfiguration",
    "GetInventoryConfiguration",
    "GetLifecycleConfiguration",
    "GetMetricsConfiguration",
    "GetObject",
    "GetObjectAcl",
    "GetObjectLegalHold",
    "GetObjectRetention",
    "GetObjectTagging",
    "GetObjectTorrent",
    "GetObjectVersion",
    "GetObjectVersionAcl",
    "GetObjectVersionForReplication",
    "GetObjectVersionTagging",
    "GetObjectVersionTorrent",
    "GetReplicationConfiguration",
    "HeadBucket",
    "ListAllMyBuckets",
    "ListBucket",
    "ListBucketByTags",
    "ListBucketMultipartUploads",
    "ListBucketVersions",
    "ListJobs",
    "ListMultipartUploadParts",
    "ObjectOwnerOverrideToBucketOwner",
    "PutAccelerateConfiguration",
    "PutAccountPublicAccessBlock",
    "PutAnalyticsConfiguration",
    "PutBucketAcl",
    "PutBucketCORS",
    "PutBucketLogging",
    "PutBucketNotification",
    "PutBucketObjectLockConfiguration",
    "PutBucketPolicy",
    "PutBucketPublicAccessBlock",
    "PutBucketRequestPayment",
    "PutBucketTagging",
    "PutBucketVersioning",
    "PutBucketWebsite",
    "PutEncryptionConfiguration",
    "PutInventoryConfiguration",
    "PutLifecycleConfiguration",
    "PutMetricsConfiguration",
    "PutObject",
    "PutObjectAcl",
    "PutObjectLegalHold",
    "PutObjectRetention",
    "PutObjectTagging",
    "PutObjectVersionAcl",
    "PutObjectVersionTagging",
    "PutReplicationConfiguration",
    "ReplicateDelete",
    "ReplicateObject",
    "ReplicateTags",
    "RestoreObject",
    "UpdateJobPriority",
    "UpdateJobStatus",
]
