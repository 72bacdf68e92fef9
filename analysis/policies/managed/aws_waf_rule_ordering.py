"""Checks that the rules of a web ACL are evaluated in the configured order."""

from aws_globals import read_list, read_number, read_text
from aws_managed_configuration import WEB_ACL_RULES


def policy(resource):
    web_acl = read_text(resource, "Id")
    return web_acl not in WEB_ACL_RULES or ordered_rules(resource) == list(WEB_ACL_RULES[web_acl])


def ordered_rules(web_acl):
    """Return the ids of the rules by rising priority; None when the order can't be told."""
    rules = read_list(web_acl, "Rules")
    by_priority = {read_number(rule, "Priority"): read_text(rule, "RuleId") for rule in rules}
    if None in by_priority or len(by_priority) < len(rules):
        return None
    return [rule for _, rule in sorted(by_priority.items())]
