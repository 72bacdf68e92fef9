"""Checks that the account's trails record every management event of all regions."""

from aws_globals import as_strings, read, read_list, read_maps


def policy(resource):
    # Only selectors of trails that cover all regions and are logging make it into the Global... lists.
    return bool(read_list(resource, "Trails")) and (
        any(records_everything(selector) for selector in read_maps(resource, "GlobalEventSelectors"))
        or any(
            advanced_records_everything(selector)
            for selector in read_maps(resource, "GlobalAdvancedEventSelectors")
        )
    )


def records_everything(selector):
    return read(selector, "IncludeManagementEvents") is True and read(selector, "ReadWriteType") == "All"


def advanced_records_everything(selector):
    fields = read_maps(selector, "FieldSelectors")
    takes_management = any(
        read(field, "Field") == "eventCategory" and "Management" in as_strings(read(field, "Equals"))
        for field in fields
    )
    return takes_management and all(keeps_the_rest(field) for field in fields)


def keeps_the_rest(field):
    # Busy services, such as KMS, may be left out here as by a basic selector.
    name = read(field, "Field")
    return name == "eventCategory" or (name == "eventSource" and read(field, "NotEquals") is not None)
