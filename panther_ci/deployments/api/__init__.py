"""Panther's public API: uploads with a token, by GraphQL over HTTPS."""
