"""Take the pictures of the README from the running demo: `make screenshots`. Needs Debian's chromium."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, sync_playwright

IMAGES = Path(__file__).parents[1] / "docs" / "images"
LAPTOP = {"width": 1280, "height": 800}
TALL = {"width": 1280, "height": 1100}
"""A digest with its chart is longer than a laptop's screen."""
PHONE = {"width": 390, "height": 844}
CHROMIUM_FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync")
TITLE = "Filler 2 stopped"
SETTLE_MS = 500
STORY_MS = 180_000
"""By then filler 2 has stopped, three tiers have been paged, and it stands again after a short run."""


def main() -> None:
    """Play the demo long enough, then look at it as Maria on a laptop and on a phone."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with _demo() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=list(CHROMIUM_FLAGS)
        )
        page = _open(browser, url, LAPTOP)
        _thread(page).get_by_text("It came back").wait_for(timeout=STORY_MS)
        _escalated(page)
        _phone(browser, url)
        _digest(browser, url)
        _resolve(page)
        _kpi(browser, url)
        browser.close()


def _escalated(page: Page) -> None:
    """Before anybody asks for anything: only what the bot wrote by itself."""
    page.mouse.move(0, 0)
    page.wait_for_timeout(SETTLE_MS)
    page.screenshot(path=IMAGES / "thread-laptop.png")


def _resolve(page: Page) -> None:
    card = page.locator("#main .message", has_text=TITLE)
    card.get_by_role("button", name="Acknowledge").click()
    card.get_by_text("Acknowledged").wait_for()
    card.get_by_role("button", name=re.compile("^Resolve")).click()
    form = page.get_by_role("dialog")
    form.get_by_role("textbox").first.fill("The guide in the infeed star is worn and lets caps tilt")
    form.get_by_role("button", name="Resolve").click()
    form.get_by_text("Please fill in this field.").wait_for()
    page.screenshot(path=IMAGES / "resolve-laptop.png")
    page.keyboard.press("Escape")
    page.close()


def _phone(browser: Browser, url: str) -> None:
    """The card at the top of its thread: the buttons, and below them who has been called."""
    page = _open(browser, url, PHONE)
    thread = _thread(page)
    thread.get_by_role("button", name="Acknowledge").scroll_into_view_if_needed()
    thread.locator(".scroller").evaluate("list => { list.scrollTop = 0; }")
    page.wait_for_timeout(SETTLE_MS)
    page.screenshot(path=IMAGES / "card-phone.png")
    page.close()


def _kpi(browser: Browser, url: str) -> None:
    """What Maria sees who asks how the OEE of line 2 stands."""
    page = _open(browser, url, LAPTOP)
    box = page.get_by_role("textbox").last
    box.fill("/andon kpi oee-line-2")
    box.press("Enter")
    answer = page.locator("#main .message", has=page.locator("svg.chart-canvas")).last
    answer.locator("circle").first.wait_for()
    page.mouse.move(0, 0)
    page.wait_for_timeout(SETTLE_MS)
    answer.screenshot(path=IMAGES / "kpi-laptop.png")
    page.close()


def _digest(browser: Browser, url: str) -> None:
    """What the next shift meeting must decide."""
    page = _open(browser, url, TALL)
    page.get_by_role("link", name="tier-meetings").click()
    digest = page.locator("#main .message", has=page.locator("svg.chart-canvas")).last
    digest.locator("circle").first.wait_for(timeout=STORY_MS)
    page.mouse.move(0, 0)
    page.wait_for_timeout(SETTLE_MS)
    digest.screenshot(path=IMAGES / "digest-laptop.png")
    page.close()


def _thread(page: Page) -> Locator:
    """Open the thread of the exception that the story begins with."""
    card = page.locator("#main .message", has_text=TITLE)
    card.locator(".thread-bar").click(timeout=STORY_MS)
    thread = page.locator("#thread")
    thread.get_by_text("new exception").wait_for()
    return thread


def _open(browser: Browser, url: str, size: dict[str, int]) -> Page:
    page = browser.new_page(
        viewport={"width": size["width"], "height": size["height"]},
        has_touch=size == PHONE,
        color_scheme="light",
    )
    page.goto(f"{url}#filling-hall")
    return page


@contextmanager
def _demo() -> Iterator[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "demo"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    try:
        yield next(found.group() for line in process.stdout if (found := re.search(r"http://\S+", line)))
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(20)


if __name__ == "__main__":
    main()
