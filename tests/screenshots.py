"""Take the pictures of the README from the running demo: `make screenshots`. Needs Debian's chromium."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

IMAGES = Path(__file__).parents[1] / "docs" / "images"
LAPTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
CHROMIUM_FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync")
STORY_SECONDS = 40
"""By then filler 2 has stopped, nobody has answered, and the second tier has been paged."""


def main() -> None:
    """Play the demo long enough, then look at it as Maria on a laptop and on a phone."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with _demo() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=list(CHROMIUM_FLAGS)
        )
        time.sleep(STORY_SECONDS)
        _laptop(browser, url)
        _phone(browser, url)
        browser.close()


def _laptop(browser: Browser, url: str) -> None:
    page = _open(browser, url, LAPTOP)
    _channel(page, "filling-hall")
    page.get_by_text(re.compile(r"\d+ replies")).first.click()
    page.wait_for_timeout(1500)
    page.screenshot(path=IMAGES / "thread-laptop.png")
    page.get_by_role("button", name="Acknowledge").first.click()
    page.wait_for_timeout(2500)
    page.get_by_role("button", name=re.compile("^Resolve")).first.click()
    page.wait_for_timeout(1500)
    page.screenshot(path=IMAGES / "resolve-laptop.png")
    page.get_by_role("button", name="Back").click()
    page.close()


def _phone(browser: Browser, url: str) -> None:
    page = _open(browser, url, PHONE)
    _channel(page, "warehouse")
    page.screenshot(path=IMAGES / "card-phone.png")
    page.close()


def _open(browser: Browser, url: str, size: dict[str, int]) -> Page:
    page = browser.new_page(
        viewport={"width": size["width"], "height": size["height"]},
        has_touch=size == PHONE,
        color_scheme="light",
    )
    page.goto(url)
    page.wait_for_timeout(1500)
    return page


def _channel(page: Page, name: str) -> None:
    page.goto(f"{page.url.split('#')[0]}#{name}")
    page.wait_for_timeout(2000)


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
