"""docs/from-pat.md names all that PAT has, and nothing that panther-ci does not have."""

import re
import shlex

import pytest

from panther_ci.flags import COMMANDS, build_parser
from tests.guides import ROOT

PAGE = (ROOT / "docs/from-pat.md").read_text(encoding="utf-8")
# The names of panther_analysis_tool 1.11.
PAT_COMMANDS = (
    "test debug zip upload validate delete check-connection check-packs test-lookup-table init install "
    "update merge migrate explore release publish fmt update-custom-schemas enrich-test-data benchmark"
)
PAT_FLAGS = (
    "path filter ignore-files minimum-tests skip-tests skip-disabled-tests available-destination "
    "ignore-extra-keys ignore-table-names valid-table-names sort-test-results show-failures-only test-names "
    "workers out api-host api-token aws-profile auto-disable-base max-retries no-async batch analysis-id "
    "query-id no-confirm kms-key github-tag github-branch github-owner github-repository body iterations "
    "hour log-type all preview auto-accept write-merge-conflicts editor config debug skip-version-check "
    "version"
)
# The flags that are in the file too, under their names with underscores.
PAT_SETTINGS = (
    "path ignore_files minimum_tests skip_tests skip_disabled_tests available_destination "
    "ignore_extra_keys ignore_table_names valid_table_names sort_test_results show_failures_only "
    "test_names workers out api_host api_token aws_profile auto_disable_base max_retries no_async batch "
    "kms_key github_tag github_branch github_owner github_repository body _filter filter"
)
PAT_VARIABLES = (
    "PATH FILTER IGNORE_FILES MINIMUM_TESTS SKIP_TESTS SKIP_DISABLED_TESTS AVAILABLE_DESTINATION "
    "TEST_NAMES WORKERS OUT API_HOST API_TOKEN AWS_PROFILE KMS_KEY GITHUB_TAG GITHUB_BRANCH GITHUB_OWNER "
    "GITHUB_REPOSITORY BODY ANALYSIS_RELEASE_BRANCH"
)


def read_column(section: str, number: int) -> list[str]:
    """The cells of one column of the table in a section."""
    text = PAGE.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    rows = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("|")]
    return [row[number].strip() for row in rows[2:]]


def read_code(cells: list[str]) -> set[str]:
    return set(re.findall("`([^`]+)`", " ".join(cells)))


def test_every_name_of_pat_is_in_its_table() -> None:
    flags = "Flags, settings and variables"
    variables = {f"PANTHER_{name}" for name in PAT_VARIABLES.split()} | {"GITHUB_TOKEN", "EDITOR"}
    assert read_code(read_column("Commands", 0)) == set(PAT_COMMANDS.split())
    assert read_code(read_column(flags, 0)) == {f"--{name}" for name in PAT_FLAGS.split()}
    assert read_code(read_column(flags, 1)) == set(PAT_SETTINGS.split())
    assert read_code(read_column(flags, 2)) == variables


@pytest.mark.parametrize("command", sorted(set(re.findall("`panther-ci ([^`]+)`", PAGE))))
def test_the_parser_takes_every_command_of_the_page(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = shlex.split(command)
    if words == ["--version"]:
        with pytest.raises(SystemExit, match="0"):
            build_parser(words).parse_args(words)
        assert capsys.readouterr().out.startswith("panther-ci ")
    else:
        assert build_parser(words).parse_args(words).command == words[0]


def test_every_flag_of_the_page_is_one_of_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    for name in COMMANDS:
        with pytest.raises(SystemExit, match="0"):
            build_parser((name,)).parse_args((name, "--help"))
    known = set(re.findall(r"--[a-z-]+", capsys.readouterr().out)) | {"--version"}
    named = re.findall(r"--[a-z-]+", " ".join(read_code(read_column("Flags, settings and variables", 3))))
    assert len(named) >= 20
    assert set(named) - known == set()
