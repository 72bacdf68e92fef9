"""Panther on AWS: uploads to the Lambda function of a self-hosted deployment."""
