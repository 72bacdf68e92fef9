"""The settings of the managed policies, to be replaced by your own."""

# Values below that stand for yours. panther-ci warns if a policy is enabled whose setting still has one.
PLACEHOLDERS = [
    "TEST_LOAD_BALANCER_ARN",
    "TEST_WAF_WEB_ACL_ID",
    "EXAMPLE-AMI-ID",
    "EXAMPLE-HOST-ID",
    "EXAMPLE-VPC-ID",
    "TEST_BLACKLISTED_ARN",
    "TestPolicyName",
    "TestRole1",
    "TestRole2",
    "EXAMPLE_WEB_ACL_ID",
    "EXAMPLE_RULE_1_ID",
    "EXAMPLE_RULE_2_ID",
]

# AWS.ACM.Certificate.Expiration: days that a certificate must still be valid.
MINIMUM_VALIDITY_DAYS = 60

# AWS.ApplicationLoadBalancer.WebACL: ARN of a load balancer -> id of the web ACL it must carry.
LOAD_BALANCER_WEB_ACLS = {
    "TEST_LOAD_BALANCER_ARN": "TEST_WAF_WEB_ACL_ID",
}

# AWS.DynamoDB.Autoscaling and AWS.DynamoDB.AutoscalingConfiguration: whether the global secondary
# indexes of a table have to scale as well.
CHECK_GLOBAL_SECONDARY_INDEXES = True

# AWS.DynamoDB.AutoscalingConfiguration: the capacity units that the bounds of a scaling target must
# stay strictly between.
READ_CAPACITY_MINIMUM = 5
READ_CAPACITY_MAXIMUM = 15
WRITE_CAPACITY_MINIMUM = 5
WRITE_CAPACITY_MAXIMUM = 50000

# AWS.EC2.AMI.ApprovedTenancy: AMI id -> tenancies ("default", "dedicated", "host") it may run with.
AMI_TENANCIES = {
    "EXAMPLE-AMI-ID": ["default"],
}

# AWS.EC2.AMI.ApprovedHost: AMI id -> dedicated hosts it may run on.
AMI_HOSTS = {
    "EXAMPLE-AMI-ID": ["EXAMPLE-HOST-ID"],
}

# AWS.EC2.AMI.ApprovedInstanceType: AMI id -> instance types it may run on.
AMI_INSTANCE_TYPES = {
    "EXAMPLE-AMI-ID": ["t2.small"],
}

# AWS.EC2.Instance.EBSOptimization: the types on which EBS optimisation is a choice and off at first.
OPTIONAL_EBS_OPTIMIZATION_TYPES = [
    "c1.xlarge",
    "c3.xlarge",
    "c3.2xlarge",
    "c3.4xlarge",
    "g2.2xlarge",
    "i2.xlarge",
    "i2.2xlarge",
    "i2.4xlarge",
    "m1.large",
    "m1.xlarge",
    "m2.2xlarge",
    "m2.4xlarge",
    "m3.xlarge",
    "m3.2xlarge",
    "r3.xlarge",
    "r3.2xlarge",
    "r3.4xlarge",
]

# AWS.EC2.Instance.ApprovedAMI
APPROVED_AMIS = ["EXAMPLE-AMI-ID"]

# AWS.EC2.Instance.ApprovedInstanceType
APPROVED_INSTANCE_TYPES = ["t2.small"]

# AWS.EC2.Instance.ApprovedVPC: the VPCs, and the tags (key -> value, or a list of values) any one of
# which frees an instance from the check. The placeholder is one that no real tag matches.
APPROVED_VPCS = ["EXAMPLE-VPC-ID"]
VPC_EXEMPTING_TAGS = {
    "\\KeyOne": "\\ValueOne",
}

# AWS.EC2.Instance.ApprovedHost
APPROVED_HOSTS = ["EXAMPLE-HOST-ID"]

# AWS.EC2.Instance.ApprovedTenancy
APPROVED_TENANCIES = ["default"]

# AWS.GuardDuty.MasterAccount: the account that every detector must report to, such as "123456789012".
# While it is None, nothing is checked.
GUARDDUTY_MASTER_ACCOUNT = None

# AWS.GuardDuty.Enabled: the regions that must have a detector.
GUARDDUTY_REGIONS = ["us-west-2"]

# AWS.IAM.Policy.Blacklist: names or ARNs of the managed policies that nobody may have.
DENIED_POLICIES = ["TEST_BLACKLISTED_ARN"]

# AWS.IAM.Policy.RoleMapping: name of a policy -> roles it must be attached to.
POLICY_ROLES = {
    "TestPolicyName": ["TestRole1", "TestRole2"],
}

# AWS.Redshift.Cluster.MaintenanceWindow: ddd:hh:mm-ddd:hh:mm in UTC.
REDSHIFT_MAINTENANCE_WINDOW = "sat:10:30-sat:11:00"

# AWS.Redshift.Cluster.SnapshotRetention: days.
REDSHIFT_SNAPSHOT_RETENTION_DAYS = 3

# AWS.Resource.MinimumTags
MINIMUM_NUMBER_OF_TAGS = 1

# AWS.Resource.RequiredTags: resource type -> keys of the tags it must have, for example
# {"AWS.EC2.Instance": ["Owner", "Environment"]}.
REQUIRED_TAGS = {}

# AWS.WAF.RuleOrdering: id of a web ACL -> ids of its rules in the order of evaluation.
WEB_ACL_RULES = {
    "EXAMPLE_WEB_ACL_ID": ["EXAMPLE_RULE_1_ID", "EXAMPLE_RULE_2_ID"],
}
