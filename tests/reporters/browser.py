"""Looks at the HTML report in a real headless Chromium; run by `make browser-test`, not by `make test`.

Chromium is spoken to in its DevTools protocol over two pipes, which needs no package and no port.
"""

import fcntl
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from panther_ci.model import FieldRead, Report
from panther_ci.reporters.html import render

FLAGS = (
    *(
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--remote-debugging-pipe",
    ),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars"),
)
SCHEMES = ("light", "dark")
WIDTHS = (360, 1280)
HOSTILE = "<script>window.owned=1</script><img src=x onerror=window.owned=1>\" onload='window.owned=1"

# The worst contrast of any text with what is behind it, as WCAG 2 computes it.
CONTRAST = """(() => {
  const light = channels => channels.map(c => c / 255)
    .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const colour = text => text.match(/[\\d.]+/g).map(Number);
  const behind = element => {
    for (; element; element = element.parentElement) {
      const back = colour(getComputedStyle(element).backgroundColor);
      if (back.length === 3 || back[3] > 0) return back.slice(0, 3);
    }
    throw new Error('no background');
  };
  const ratio = element => {
    const pair = [colour(getComputedStyle(element).color).slice(0, 3), behind(element)].map(light);
    return (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
  };
  const texts = [...document.body.querySelectorAll('*')]
    .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()));
  return Math.min(...texts.map(ratio));
})()"""

# Cells of one word that are shown on several lines.
BROKEN = """(() => {
  const lines = element => {
    const range = document.createRange();
    range.selectNodeContents(element);
    return new Set([...range.getClientRects()].map(box => box.top)).size;
  };
  const named = ['Field the body read', 'Where', 'Check'].map(name => `td[data-name="${name}"]`);
  return [...document.querySelectorAll(['th', '.label', ...named].join())]
    .filter(element => lines(element) > 1).map(element => element.textContent);
})()"""


class Browser:
    """A Chromium of our own, and the page it shows."""

    def __init__(self, profile: Path) -> None:
        program = shutil.which("chromium")
        assert program, "install Chromium to run this: apt-get install chromium"
        there, self.writer = _pipe()
        self.reader, back = _pipe()
        # The protocol's pipes are the descriptors 3 and 4; plain sh knows no descriptor above 9.
        command = [
            "bash",
            "-c",
            f'exec "$@" 3<&{there} 4>&{back}',
            "bash",
            program,
            *FLAGS,
            f"--user-data-dir={profile}",
        ]
        log = (profile.parent / "chromium.log").open("wb")
        self.process = subprocess.Popen(command, pass_fds=(there, back), stdout=log, stderr=log)
        for descriptor in (there, back):
            os.close(descriptor)
        log.close()
        self.number = 0
        self.events: list[dict[str, Any]] = []
        self.buffer = b""
        self.session = ""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Log", "Runtime"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.writer, json.dumps(message).encode() + b"\0")
        while (answer := self.read()).get("id") != self.number:
            self.events.append(answer)
        assert "error" not in answer, answer
        return dict(answer["result"])

    def read(self) -> dict[str, Any]:
        while b"\0" not in self.buffer:
            data = os.read(self.reader, 1 << 20)
            assert data, "Chromium ended"
            self.buffer += data
        message, self.buffer = self.buffer.split(b"\0", 1)
        return dict(json.loads(message))

    def show(self, page: Path, width: int, scheme: str) -> None:
        """Load a page as a reader with this screen and colour scheme sees it."""
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False
        )
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.events.clear()
        self.call("Page.navigate", url=page.as_uri())
        while not self.names("Page.loadEventFired"):
            self.events.append(self.read())

    def evaluate(self, expression: str) -> Any:
        return self.call("Runtime.evaluate", expression=expression, returnByValue=True)["result"].get("value")

    def names(self, method: str) -> list[dict[str, Any]]:
        return [event["params"] for event in self.events if event.get("method") == method]

    def close(self) -> None:
        self.session = ""
        self.call("Browser.close")
        self.process.wait(20)
        for descriptor in (self.reader, self.writer):
            os.close(descriptor)


def _pipe() -> tuple[int, int]:
    """A pipe whose ends are above those that the child needs for itself."""
    ends = os.pipe()
    high = tuple(fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in ends)
    for end in ends:
        os.close(end)
    return high[0], high[1]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    browser = Browser(tmp_path_factory.mktemp("chromium") / "profile")
    yield browser
    browser.close()


@pytest.fixture
def page(rejected: Report, tmp_path: Path) -> Path:
    path = tmp_path / "report.html"
    path.write_text(render(rejected))
    return path


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_page_fits_the_screen_and_can_be_read(
    browser: Browser, page: Path, width: int, scheme: str
) -> None:
    browser.show(page, width, scheme)
    assert browser.evaluate("document.documentElement.scrollWidth") <= width
    assert browser.evaluate(CONTRAST) >= 4.5


def test_no_word_of_a_table_is_broken_where_there_is_room(
    browser: Browser, rejected: Report, tmp_path: Path
) -> None:
    page = tmp_path / "long.html"
    value = "{'type': 'Root', 'arn': 'arn:aws:iam::123456789012:root'} " * 8
    read = FieldRead("rule", ("requestParameters", "bucketName"), value)
    specs = tuple(
        replace(spec, cases=tuple(replace(case, reads=(read,)) for case in spec.cases))
        for spec in rejected.specs
    )
    findings = tuple(each._replace(message=value) for each in rejected.findings)
    page.write_text(render(replace(rejected, specs=specs, findings=findings)))
    browser.show(page, 1280, "light")
    assert browser.evaluate(BROKEN) == []


def test_the_page_follows_the_colour_scheme(browser: Browser, page: Path) -> None:
    backs = []
    for scheme in SCHEMES:
        browser.show(page, 1280, scheme)
        backs.append(browser.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert backs == ["rgb(255, 255, 255)", "rgb(13, 17, 23)"]


def test_the_page_loads_nothing_and_breaks_no_rule(browser: Browser, page: Path) -> None:
    browser.show(page, 1280, "light")
    assert [sent["request"]["url"] for sent in browser.names("Network.requestWillBeSent")] == [page.as_uri()]
    assert browser.names("Log.entryAdded") == []
    assert browser.evaluate("getComputedStyle(document.querySelector('header')).borderLeftWidth") == "6px"


def test_a_folded_traceback_opens(browser: Browser, page: Path) -> None:
    browser.show(page, 360, "light")
    visible = "document.querySelector('details pre').checkVisibility()"
    assert browser.evaluate(visible) is False
    browser.evaluate("document.querySelector('details summary').click()")
    assert browser.evaluate(visible) is True
    assert browser.evaluate("document.documentElement.scrollWidth") <= 360


def test_text_of_the_content_runs_nothing_and_fits(
    browser: Browser, rejected: Report, tmp_path: Path
) -> None:
    page = tmp_path / "hostile.html"
    spec = rejected.specs[0]
    cases = tuple(
        replace(case, case=HOSTILE + "x" * 300, detection=HOSTILE, output=HOSTILE) for case in spec.cases
    )
    specs = (
        replace(
            spec, id=HOSTILE, path="y" * 300, reasons=(HOSTILE,), reports={"CIS": (HOSTILE,)}, cases=cases
        ),
    )
    page.write_text(render(replace(rejected, specs=specs)))
    browser.show(page, 360, "light")
    assert browser.evaluate("[typeof window.owned, document.scripts.length, document.images.length]") == [
        "undefined",
        0,
        0,
    ]
    assert browser.evaluate("document.documentElement.scrollWidth") <= 360
    assert browser.names("Log.entryAdded") == []
