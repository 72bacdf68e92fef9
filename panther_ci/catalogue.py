"""Every id of a finding, with what it means, what to do about it and its level.

The ids are a contract: people search for them and filter reports by them. An id that is not here can't be
reported, since `Finding.check` is a `CheckId`. `panther_ci/explanations/` has a page for each of them.
"""

from enum import StrEnum


class Level(StrEnum):
    """How much a finding weighs, the most first; only an error rejects."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


class CheckId(StrEnum):
    """The id of a finding.

    `description` says in one sentence what is wrong, `help` what to do about it in general; a finding says
    both for one place. `level` is the level of its findings, unless a check has a reason for another one.
    """

    description: str
    help: str
    level: Level

    def __new__(cls, value: str, description: str, help: str, level: Level = Level.ERROR) -> "CheckId":
        """The member with these attributes; its value is the id alone."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.description, member.help, member.level = description, help, level
        return member

    # Files of the checkout ------------------------------------------------------------------------

    DEEP_FOLDER = (
        "deep-folder",
        "A folder is nested too deeply, so its files are not read.",
        "Move its files up.",
    )
    FILE_NAME = (
        "file-name",
        "The path of a file is not UTF-8, so the file is not read.",
        "Rename the file.",
    )
    LARGE_FILE = (
        "large-file",
        "A file is too large to be read.",
        "Split it. If it is not part of a detection, give it another suffix.",
    )
    LINKED_FILE = (
        "linked-file",
        "A file is a symbolic link, and links are not followed.",
        "Commit the file itself instead of a link.",
    )
    LINKED_FOLDER = (
        "linked-folder",
        "A folder is a symbolic link, so the files behind it are not read.",
        "Commit the folder itself instead of a link.",
        Level.WARNING,
    )
    SPECIAL_FILE = (
        "special-file",
        "A path that is named like a spec or a body is not a regular file, but a pipe or a device.",
        "Remove it.",
    )
    SUBMODULE_MISSING = (
        "submodule-missing",
        "A submodule is not checked out, so the detections in it are not judged.",
        "Check it out, with `submodules: true` for actions/checkout or by `git submodule update --init`.",
    )
    UNREADABLE_FILE = (
        "unreadable-file",
        "A file or a folder can't be read.",
        "Make it readable for the user who runs panther-ci.",
    )

    # YAML and JSON --------------------------------------------------------------------------------

    DUPLICATE_KEY = (
        "duplicate-key",
        "A mapping has the same key twice, and most readers drop one of the values silently.",
        "Keep one of the two.",
    )
    EMPTY_FILE = (
        "empty-file",
        "A file that should be a spec is empty.",
        "Write the spec, or delete the file.",
    )
    ENCODING = (
        "encoding",
        "A file is not UTF-8, or contains a character that YAML or JSON does not allow.",
        "Save the file as UTF-8, and remove the character or write it as an escape.",
    )
    EXPANSION_LIMIT = (
        "expansion-limit",
        "The YAML aliases of a file expand to too much text.",
        "Write the values out instead of using aliases.",
    )
    JSON_SYNTAX = (
        "json-syntax",
        "A file is not valid JSON.",
        "Fix the syntax at the place that is named, or just before it.",
    )
    NESTING_LIMIT = (
        "nesting-limit",
        "A file nests mappings and lists too deeply.",
        "Make the value flatter.",
    )
    NOT_JSON = (
        "not-json",
        "A number of a spec does not exist in JSON, such as infinity.",
        "Put it into quotes if it is text. Events are JSON, so they can't contain such a number.",
    )
    SEVERAL_DOCUMENTS = (
        "several-documents",
        "A spec file has more than one YAML document, and a deployment reads only one.",
        "Write each spec into a separate file.",
    )
    UNMEANT_VALUE = (
        "unmeant-value",
        "YAML reads a value without quotes as a number that was probably not meant.",
        "Put the value into quotes if it is text. Otherwise write the plain number.",
        Level.WARNING,
    )
    YAML_FEATURE = (
        "yaml-feature",
        "A file uses a feature of YAML that has no meaning in a spec, such as a tag.",
        "Write plain keys and values.",
    )
    YAML_SYNTAX = (
        "yaml-syntax",
        "A file is not valid YAML.",
        "Fix the indentation, quotes or brackets at the place that is named, or just before it.",
    )

    # Keys and values of a spec --------------------------------------------------------------------

    ANALYSIS_TYPE = (
        "analysis-type",
        "A spec has no `AnalysisType`, or one that does not exist.",
        "Add `AnalysisType` with one of the types that a deployment knows.",
    )
    EXCLUSIVE_KEYS = (
        "exclusive-keys",
        "A spec has two keys of which only one is allowed.",
        "Remove one of them.",
    )
    ID_CHARACTERS = (
        "id-characters",
        "An id or a name contains a character that a deployment refuses.",
        'Write it without < > & " % and control characters; a `GlobalID` must be a name in Python.',
    )
    ID_LENGTH = (
        "id-length",
        "An id is longer than Panther 1.x accepts.",
        "Shorten it, unless you deploy to a newer version.",
        Level.WARNING,
    )
    INVALID_SCHEDULE = (
        "invalid-schedule",
        "A cron expression is not one of crontab, or a run may take longer than the time to the next one.",
        "Write five fields, such as `0 6 * * 1-5`; and at least as many `RateMinutes` as `TimeoutMinutes`.",
    )
    MISSING_KEY = (
        "missing-key",
        "A spec does not have a key that its type needs.",
        "Add the key.",
    )
    REPEATED_VALUE = (
        "repeated-value",
        "A list that a deployment keeps as a set, such as `Tags`, has a value twice.",
        "Keep one of the two. Tags that differ only in their case count as the same.",
    )
    REPLACED_VALUE = (
        "replaced-value",
        "A deployment replaces the number of a key by another, so it does not apply.",
        "Write the number that you mean, within what a deployment takes.",
        Level.WARNING,
    )
    UNKNOWN_KEY = (
        "unknown-key",
        "A spec has a key that its type does not know, so it has no effect.",
        "Fix the spelling, or remove the key. `panther-ci schema` lists the keys of each type.",
    )
    UNKNOWN_LOG_TYPE = (
        "unknown-log-type",
        "A log type is almost the name of a known one, or can't be the name of a custom one.",
        "Fix the spelling: a deployment can refuse a spec with a log type that it does not have.",
        Level.WARNING,
    )
    WRONG_TYPE = (
        "wrong-type",
        "The value of a key has the wrong type, such as text instead of a list.",
        "Write a value of the type that the message names.",
    )
    WRONG_VALUE = (
        "wrong-value",
        "The value of a key is not one of those that are allowed.",
        "Write one of the values that the message names.",
    )

    # Specs among each other -----------------------------------------------------------------------

    DUPLICATE_ID = (
        "duplicate-id",
        "Two specs have the same id, and a deployment refuses both.",
        "Give one of them another id.",
    )
    FILE_PATH = (
        "file-path",
        "A spec or a body has a path that a deployment ignores, or that can't be in an archive.",
        "Rename the file or its folder.",
    )
    FILE_SUFFIX = (
        "file-suffix",
        "A spec is in a file that a deployment ignores because of its suffix, such as `.YML`.",
        "Write the suffix in lower case.",
    )
    INCOMPLETE_PACK = (
        "incomplete-pack",
        "A pack does not contain what its specs need, such as a global, a query or a data model.",
        "Add the ids that are named. This is reported with `packs: strict`.",
    )
    MISSING_IN_PACKS = (
        "missing-in-packs",
        "A rule, a data model or a lookup table is in no pack.",
        "Add its id to a pack, or the tag `no pack` to the spec. This is reported with `packs: strict`.",
    )
    UNFIT_FOR_PACKS = (
        "unfit-for-packs",
        "A pack contains a spec that is experimental, deprecated, or has a tag that keeps it out of packs.",
        "Remove its id, or change the spec. This is reported with `packs: strict`.",
    )
    UNRESOLVED_REFERENCE = (
        "unresolved-reference",
        "A spec names a detection or a query that is not in the repository, or that is not deployed.",
        "Fix the name, or add what it names to the repository, unless the deployment has it already.",
    )

    # Queries --------------------------------------------------------------------------------------

    SQL_SYNTAX = (
        "sql-syntax",
        "The SQL of a query can't be read as SQL of Snowflake.",
        "Fix the syntax at the place that is named, or just before it.",
        Level.WARNING,
    )
    TABLE_NAME = (
        "table-name",
        "A scheduled query reads a table that has no complete name, or that is not one of Panther's.",
        "Write database, schema and table, or name the table in the input `valid-table-names`.",
    )
    UNSCHEDULED_QUERY = (
        "unscheduled-query",
        "A scheduled rule names a saved query, which no schedule runs.",
        "Make the query a scheduled one, or name another one.",
        Level.WARNING,
    )
    UNUSED_QUERY = (
        "unused-query",
        "An enabled scheduled query is used by no scheduled rule, and sends no e-mail.",
        "Name it in a rule, disable it, or ignore this if a rule of the deployment uses it.",
        Level.NOTICE,
    )

    # Bodies ---------------------------------------------------------------------------------------

    BODY_NAME_COLLISION = (
        "body-name-collision",
        "Two bodies have the same file name, and a deployment keeps only one of them.",
        "Rename one of the files, also in its spec.",
    )
    BODY_PATH = (
        "body-path",
        "The `Filename` of a spec is not a Python file beside the spec.",
        "Put the body beside the spec, and write its file name without a folder.",
    )
    BODY_SYNTAX = (
        "body-syntax",
        "Python can't read a body.",
        "Fix the syntax at the place that is named, or just before it.",
    )
    GLOBAL_SHADOWS_MODULE = (
        "global-shadows-module",
        "A global has the name of a module of Python or of an installed package, and hides it.",
        "Give the global another `GlobalID`, and change the imports.",
    )
    MATCHER_ARGUMENTS = (
        "matcher-arguments",
        "The function `rule` or `policy` of a body can't be called with one argument.",
        "Define it with one argument, and with `def` instead of `async def`.",
    )
    MISSING_BODY = (
        "missing-body",
        "The body that a spec names does not exist or can't be read.",
        "Add the file, or fix `Filename`.",
    )
    MISSING_MATCHER = (
        "missing-matcher",
        "A body does not define the function that a deployment calls: `rule` or `policy`.",
        "Define the function, or fix the spelling of its name.",
    )
    MISSING_MODULE = (
        "missing-module",
        "A body imports a module that is neither installed nor a global.",
        "Name its package in the file that the input `requirements` names, or add a global of that name.",
    )
    REQUIREMENTS_LINE = (
        "requirements-line",
        "A line of the requirements file is not a package name with versions.",
        "Name a published package, such as policyuniverse==1.5.1. Options, URLs, paths and variables are"
        " not allowed.",
    )
    UNUSED_BODY = (
        "unused-body",
        "A Python file defines `rule` or `policy`, but no spec names it, so it is not deployed.",
        "Name it in the `Filename` of a spec, or delete it.",
        Level.WARNING,
    )

    # Data models ----------------------------------------------------------------------------------

    DUPLICATE_DATA_MODEL = (
        "duplicate-data-model",
        "Two enabled data models have the same log type.",
        "Disable one of them, or merge them.",
    )
    DUPLICATE_MAPPING = (
        "duplicate-mapping",
        "A data model maps the same name twice, and only the last mapping counts.",
        "Keep one of the two mappings.",
        Level.WARNING,
    )
    INVALID_PATH = (
        "invalid-path",
        "A `Path` of a data model is not a JSONPath that a deployment can read.",
        "Join names by dots, and put names with other characters than letters, digits, - and _ into quotes.",
    )
    MISSING_METHOD = (
        "missing-method",
        "The body of a data model does not define the function that a `Method` names.",
        "Define the function, or fix the spelling of its name.",
    )
    UNSUPPORTED_PATH = (
        "unsupported-path",
        "A deployment can read a `Path` of a data model, but cases can't, so they test less.",
        "Write a plain path, or a `Method` that finds the value.",
        Level.WARNING,
    )

    # Correlation rules and lookup tables ----------------------------------------------------------

    LOOKUP_DATA = (
        "lookup-data",
        "The data of a lookup table does not exist or can't be read.",
        "Write the rows as CSV with a header, or as JSON with an object on each line (.jsonl).",
    )
    PRIMARY_KEY = (
        "primary-key",
        "The `PrimaryKey` of a lookup table is not a column of its data.",
        "Fix the spelling, or add the column.",
    )
    REPEATED_KEY = (
        "repeated-key",
        "A row of a lookup table has no primary key, or the same one as another row.",
        "Give each row a primary key of its own.",
        Level.WARNING,
    )

    # Cases ----------------------------------------------------------------------------------------

    DUPLICATE_CASE = (
        "duplicate-case",
        "Two cases of a spec have the same name.",
        "Give each case of a spec a different name, so that reports can distinguish them.",
        Level.WARNING,
    )
    FOREIGN_LOG_TYPE = (
        "foreign-log-type",
        "The event of a case has a log type that the rule never receives.",
        "Fix `p_log_type` of the event, or add the log type to `LogTypes`.",
        Level.WARNING,
    )
    LEFT_PLACEHOLDER = (
        "left-placeholder",
        "An enabled detection reads a setting of a global that still has a placeholder.",
        "Replace the placeholder by your own value, or disable the detection.",
        Level.WARNING,
    )
    MINIMUM_TESTS = (
        "minimum-tests",
        "A detection has fewer cases than the input `minimum-tests` asks for, or all expect the same.",
        "Add cases, at least one that expects true and one that expects false.",
    )
    SKIPPED_CASES = (
        "skipped-cases",
        "The cases of a detection can't be run here, and the input `strict-skips` asks for all of them.",
        "Add what they need to the repository, such as the base of a derived rule.",
    )
    TRANSITION_ORDER = (
        "transition-order",
        "A transition of a correlation rule does not lead from an entry to the next one.",
        "Write transitions in the order of `Sequence`: what a deployment makes of others is not known.",
        Level.WARNING,
    )
    UNKNOWN_ENTRY = (
        "unknown-entry",
        "A case, a transition or a criterion names an entry that the correlation rule does not have.",
        "Fix the spelling: it is the `ID` of an entry of `Sequence` or `Group`.",
    )
    UNKNOWN_MOCK = (
        "unknown-mock",
        "A case mocks a name that the body neither defines nor imports.",
        "Fix the spelling, or mock the name that the body uses.",
    )
    UNMATCHED_FIELD = (
        "unmatched-field",
        "A case of a correlation rule has the matches of an entry by a field that does not count there.",
        "Write the field that `Match` names for this entry.",
        Level.WARNING,
    )

    # What a run shows -----------------------------------------------------------------------------

    BODY_LOADS = (
        "body-loads",
        "The body of a detection without cases can't be loaded.",
        "Fix the error that is raised when the body is imported.",
    )
    BODY_RAISED = (
        "body-raised",
        "A body raised an exception while a case ran.",
        "Fix the line of the body that raised it. Real events can lack the same fields as the event of the"
        " case.",
    )
    CASE_ERRORED = (
        "case-errored",
        "A case has no answer: it was not run, a condition can't be decided, or the process ended.",
        "Follow the message: it says how the case ended.",
    )
    RUN_INTERRUPTED = (
        "run-interrupted",
        "The run was stopped before everything was judged.",
        "Start it again.",
    )
    STRING_LENGTH = (
        "string-length",
        "A function returned a longer text than a deployment keeps.",
        "Shorten what the function returns.",
        Level.WARNING,
    )
    WRONG_VERDICT = (
        "wrong-verdict",
        "A function of a body returned something else than a case or a deployment expects.",
        "Compare the fields that the body read with the event of the case, then fix the body or the case.",
    )

    # What a deployment says -----------------------------------------------------------------------

    DEPLOYMENT_ISSUE = (
        "deployment-issue",
        "The deployment refuses a spec or a body.",
        "Follow the deployment's words, which the message quotes.",
    )
