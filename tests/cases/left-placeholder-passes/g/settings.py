PLACEHOLDERS = ["EXAMPLE-AMI", "EXAMPLE-VPC"]
APPROVED_AMIS: list[str] = ["ami-1a2b"]
APPROVED_VPCS = {"vpc-1": ["vpc-2", 7]}
APPROVED_TYPES = ["t2.small"]
OTHER = ["EXAMPLE-VPC"]
