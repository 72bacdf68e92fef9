"""Checks that the account's trails record every management event of all regions."""

from aws_globals import as_strings, holds_maps, read, read_list, read_maps


def policy(resource):
    # Only selectors of trails that cover all regions and are logging make it into the Global... lists.
    return any(as_strings(read_list(resource, "Trails"))) and (
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
    takes_management = any("Management" in as_strings(read(field, "Equals")) for field in fields)
    # A field that cannot be read may leave out anything.
    return takes_management and holds_maps(selector, "FieldSelectors") and all(map(keeps_the_rest, fields))


def keeps_the_rest(field):
    # Only the category may be asked for; busy services, such as KMS, may be left out as by a basic selector.
    name = read(field, "Field")
    tests = [key for key in field if key != "Field" and read(field, key) is not None]
    return (name, tests) in (("eventCategory", ["Equals"]), ("eventSource", ["NotEquals"]))
