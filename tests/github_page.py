"""Reads Markdown as GitHub does: by its own parser, and then by what it looks for in the text of the page."""

import re
from html.parser import HTMLParser

import cmarkgfm
from cmarkgfm.cmark import Options

# GitHub leaves the text of these elements as it is: https://github.com/gjtorikian/html-pipeline
UNTOUCHED = ("a", "code", "pre")
VOID = ("br", "hr", "wbr")
REFERENCE = re.compile(
    r"""(?ix)
    (?<![\w`]) @[a-z0-9]                                   # somebody, or a team
    | (?<!&) \#\d | \bGH-\d                                # an issue
    | (?<![^\W_]) [0-9a-f]{7,40} (?![^\W_])                # a commit
    | \w+:// | \bwww\. | [\w.+-]+@[\w-]+\.\w               # a page, or an address
    """
)


class Page(HTMLParser):
    """The links of a page, the references in its text that GitHub would link, and the text itself."""

    def __init__(self, markdown: str) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[str] = []
        self.references: list[str] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(cmarkgfm.github_flavored_markdown_to_html(markdown, Options.CMARK_OPT_UNSAFE))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data
        if not any(tag in UNTOUCHED for tag in self.open):
            self.references += [found[0] for found in REFERENCE.finditer(data)]
