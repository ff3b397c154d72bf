"""The page of the sandbox in a real browser: what people see there, and that what they do reaches the app."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright
from slack_bolt import Ack, Respond
from slack_sdk import WebClient

from bot.sandbox.people import Person
from bot.sandbox.server import SandboxServer
from bot.sandbox.values import Channel, Json
from tests.sandbox.conftest import Bot, ignore_messages, nobody_answers

CHROMIUM = shutil.which("chromium") or shutil.which("chromium", path="/usr/bin")
# Chromium refuses its own sandbox for root in a container; the rest keeps it from calling home.
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
LAPTOP = (1280, 800)
PHONE = (390, 844)
LEAST_TOUCH_PX = 44
PATIENCE_MS = 60_000

pytestmark = pytest.mark.skipif(
    CHROMIUM is None,
    reason="The page needs a browser and no `chromium` is on PATH; install Debian's package chromium.",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody with the page open; any error of a script on it is kept in `mishaps`."""

    page: Page
    mishaps: list[str]

    def card(self, title: str) -> Locator:
        return self.page.locator("#main .message", has_text=title)

    def toast(self, text: str) -> Locator:
        return self.page.locator(".toast", has_text=text)

    def becomes(self, name: str) -> None:
        self.page.get_by_role("button", name="Acting as").click()
        self.page.get_by_role("option", name=name).click()
        expect(self.page.get_by_role("button", name="Acting as")).to_contain_text(name)

    def writes(self, text: str) -> None:
        box = self.page.get_by_role("textbox", name="Message #line-2")
        box.fill(text)
        box.press("Enter")


def visit(browser: Browser, sandbox: SandboxServer, size: tuple[int, int]) -> Iterator[Visitor]:
    width, height = size
    context = browser.new_context(viewport={"width": width, "height": height}, has_touch=size == PHONE)
    page = context.new_page()
    mishaps: list[str] = []
    page.on("pageerror", lambda error: mishaps.append(str(error)))
    page.goto(f"{sandbox.url}/#line-2")
    expect(page.get_by_role("textbox", name="Message #line-2")).to_be_visible()
    yield Visitor(page, mishaps)
    context.close()
    assert mishaps == []


@pytest.fixture
def laptop(browser: Browser, sandbox: SandboxServer) -> Iterator[Visitor]:
    yield from visit(browser, sandbox, LAPTOP)


@pytest.fixture
def phone(browser: Browser, sandbox: SandboxServer) -> Iterator[Visitor]:
    yield from visit(browser, sandbox, PHONE)


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def button(label: str, action_id: str, **more: str) -> Json:
    return {"type": "button", "text": plain(label), "action_id": action_id, "value": "EX-12"} | more


def card(state: str) -> list[Json]:
    buttons = [button("Acknowledge", "ack", style="primary"), button("Contain…", "contain")]
    options = [{"text": plain("Snooze…"), "value": "snooze"}]
    buttons.append({"type": "overflow", "action_id": "more", "options": options})
    fields = [{"type": "mrkdwn", "text": f"*State*\n{state}"}, {"type": "mrkdwn", "text": "*Where*\nLine 2"}]
    return [
        {"type": "header", "text": plain(":red_circle: EX-12 · Filler 2 down: cap jam")},
        {"type": "section", "fields": fields},
        {"type": "actions", "block_id": "buttons", "elements": buttons},
    ]


def form() -> Json:
    how = {"type": "plain_text_input", "action_id": "text", "multiline": True}
    return {
        "type": "modal",
        "callback_id": "contain",
        "title": plain("Contain EX-12"),
        "submit": plain("Contain"),
        "blocks": [{"type": "input", "block_id": "how", "label": plain("What holds it?"), "element": how}],
    }


def post_card(client: WebClient, channel: Channel) -> str:
    posted = client.chat_postMessage(channel=channel.id, text="Filler 2 down", blocks=card("Open"))
    return str(posted["ts"])


def test_a_channel_shows_what_is_posted_while_somebody_looks(
    laptop: Visitor, client: WebClient, tom: Person, line_2: Channel
) -> None:
    tom.says(line_2, "Caps are stacked in the *chute*")
    post_card(client, line_2)
    expect(laptop.page.locator("strong", has_text="chute")).to_be_visible()
    expect(laptop.card("Filler 2 down: cap jam").get_by_role("button", name="Acknowledge")).to_be_visible()


def test_a_press_reaches_the_app_and_the_card_changes_in_place(
    laptop: Visitor, bot: Bot, client: WebClient, line_2: Channel
) -> None:
    @bot.app.action("ack")
    def acknowledge(ack: Ack, body: Json) -> None:
        ack()
        state = f"Acknowledged by <@{body['user']['id']}>"
        client.chat_update(
            channel=line_2.id, ts=body["message"]["ts"], text="Filler 2 down", blocks=card(state)
        )

    ignore_messages(bot.app)
    bot.connect()
    post_card(client, line_2)
    laptop.card("EX-12").get_by_role("button", name="Acknowledge").click()
    expect(laptop.card("EX-12")).to_contain_text("Acknowledged by @Maria Jansen")
    expect(laptop.card("EX-12")).to_have_count(1)


@nobody_answers
def test_a_press_that_nobody_answers_is_told_to_the_person(
    laptop: Visitor, bot: Bot, client: WebClient, line_2: Channel
) -> None:
    ignore_messages(bot.app)
    bot.connect()
    post_card(client, line_2)
    laptop.card("EX-12").get_by_role("button", name="Acknowledge").click()
    expect(laptop.toast("didn't respond in time")).to_be_visible()


def test_a_modal_shows_what_is_wrong_keeps_what_was_typed_and_closes_when_it_is_right(
    laptop: Visitor, bot: Bot, client: WebClient, line_2: Channel
) -> None:
    @bot.app.action("contain")
    def contain(ack: Ack, body: Json) -> None:
        client.views_open(trigger_id=body["trigger_id"], view=form())
        ack()

    @bot.app.view("contain")
    def contained(ack: Ack, body: Json) -> None:
        how = body["view"]["state"]["values"]["how"]["text"]["value"]
        ack(response_action="errors", errors={"how": "Say for how long."}) if how == "Tape" else ack()

    ignore_messages(bot.app)
    bot.connect()
    post_card(client, line_2)
    laptop.card("EX-12").get_by_role("button", name="Contain…").click()
    dialog = laptop.page.get_by_role("dialog", name="Contain EX-12")
    submit = dialog.get_by_role("button", name="Contain")
    submit.click()
    expect(dialog.get_by_role("alert")).to_have_text("Please fill in this field.")
    dialog.get_by_label("What holds it?").fill("Tape")
    submit.click()
    expect(dialog.get_by_role("alert")).to_have_text("Say for how long.")
    expect(dialog.get_by_label("What holds it?")).to_have_value("Tape")
    dialog.get_by_label("What holds it?").fill("Tape until the break at 10:00")
    submit.click()
    expect(dialog).to_be_hidden()


def test_the_answer_to_a_slash_command_is_seen_by_one_person_only(
    laptop: Visitor, bot: Bot, sandbox: SandboxServer
) -> None:
    sandbox.workspace.install(commands=[{"command": "/andon", "description": "Call for help"}])

    @bot.app.command("/andon")
    def command(ack: Ack, respond: Respond, body: Json) -> None:
        ack()
        respond(f"Nothing is open. You asked: {body['text']}")

    ignore_messages(bot.app)
    bot.connect()
    laptop.page.reload()
    laptop.page.get_by_role("textbox", name="Message #line-2").press_sequentially("/an")
    laptop.page.get_by_role("option", name="/andon").click()
    laptop.page.keyboard.type("list")
    laptop.page.keyboard.press("Enter")
    answer = laptop.card("You asked: list")
    expect(answer).to_contain_text("Only visible to you")
    laptop.becomes("Tom de Vries")
    expect(answer).to_be_hidden()


def test_somebody_answers_in_a_thread_as_another_person(
    laptop: Visitor, client: WebClient, sandbox: SandboxServer, line_2: Channel, tom: Person
) -> None:
    ts = post_card(client, line_2)
    laptop.becomes("Tom de Vries")
    laptop.card("EX-12").hover()
    laptop.card("EX-12").get_by_role("button", name="Reply in thread").click()
    laptop.page.get_by_role("textbox", name="Reply…").fill("On my way, @Maria Jansen")
    laptop.page.keyboard.press("Enter")
    sandbox.wait_until(lambda: sandbox.workspace.thread(line_2, ts))
    [reply] = sandbox.workspace.thread(line_2, ts)
    assert (reply.user, reply.mentions(sandbox.person("maria").id)) == (tom.id, True)
    expect(laptop.card("EX-12")).to_contain_text("1 reply")
    laptop.page.reload()
    expect(laptop.page.get_by_role("button", name="Acting as")).to_contain_text("Tom de Vries")


def test_text_from_outside_never_becomes_markup(laptop: Visitor, client: WebClient, line_2: Channel) -> None:
    laptop.writes("<img src=x onerror=\"document.title='caught'\"> & *bold*")
    client.chat_postMessage(channel=line_2.id, text="<javascript:alert(1)|Press here> and `<b>`")
    expect(laptop.card("<img src=x onerror=").locator("strong", has_text="bold")).to_be_visible()
    expect(laptop.card("Press here")).to_be_visible()
    assert laptop.page.locator(".message-content img, .message-content a[href^=javascript]").count() == 0


def test_a_reader_further_up_keeps_the_place_and_is_told_what_came_in(
    laptop: Visitor, sandbox: SandboxServer, tom: Person, line_2: Channel
) -> None:
    for number in range(40):
        tom.says(line_2, f"Bottle count {number}")
    expect(laptop.page.get_by_text("Bottle count 39")).to_be_in_viewport()
    laptop.page.get_by_text("Bottle count 5", exact=True).scroll_into_view_if_needed()
    tom.says(line_2, "Pallet is full")
    expect(laptop.page.get_by_role("button", name="1 new message")).to_be_visible()
    expect(laptop.page.get_by_text("Bottle count 5", exact=True)).to_be_in_viewport()
    laptop.page.get_by_role("button", name="1 new message").click()
    expect(laptop.page.get_by_text("Pallet is full")).to_be_in_viewport()
    sandbox.wait_until(lambda: sandbox.person("maria").unread(line_2) == 0)


def test_whoever_writes_while_further_up_is_taken_to_what_was_written(
    laptop: Visitor, tom: Person, line_2: Channel
) -> None:
    for number in range(40):
        tom.says(line_2, f"Bottle count {number}")
    expect(laptop.page.get_by_text("Bottle count 39")).to_be_in_viewport()
    laptop.page.get_by_text("Bottle count 5", exact=True).scroll_into_view_if_needed()
    laptop.writes("Pallet is full")
    expect(laptop.page.get_by_text("Pallet is full")).to_be_in_viewport()


def test_on_a_phone_nothing_scrolls_sideways_and_buttons_are_large(
    phone: Visitor, client: WebClient, line_2: Channel
) -> None:
    post_card(client, line_2)
    client.chat_postMessage(channel=line_2.id, text=f"`{'long-code-' * 30}` {'long' * 60}")
    acknowledge = phone.card("EX-12").get_by_role("button", name="Acknowledge")
    expect(acknowledge).to_be_visible()
    box = acknowledge.bounding_box()
    assert box is not None and box["height"] >= LEAST_TOUCH_PX
    places = ["#line-2", "#channels", "#home"]
    widths = [_overflow(phone.page, place) for place in places]
    assert widths == [0, 0, 0]


def _overflow(page: Page, place: str) -> int:
    """By how many pixels the page, or anything that scrolls in it, is wider than the screen."""
    page.evaluate("place => (location.hash = place)", place)
    expect(
        page.locator(f"#app[data-screen={'channel' if place == '#line-2' else place[1:]}]")
    ).to_be_visible()
    return int(
        page.evaluate(
            """() => {
              const inside = document.querySelectorAll(".scroller, .sidebar, .home-body");
              const scrollers = [document.documentElement, ...inside];
              return Math.max(...scrollers.map((node) => node.scrollWidth - node.clientWidth));
            }"""
        )
    )


def test_a_reaction_is_given_from_the_menu_and_taken_back_by_a_press(
    laptop: Visitor, tom: Person, line_2: Channel
) -> None:
    tom.says(line_2, "Caps are stacked in the chute")
    message = laptop.card("Caps are stacked")
    message.hover()
    message.get_by_role("button", name="More actions for this message").click()
    laptop.page.get_by_role("button", name="React with eyes").click()
    reaction = message.get_by_role("button", pressed=True)
    expect(reaction).to_contain_text("1")
    reaction.click()
    expect(reaction).to_have_count(0)


def test_whoever_opens_the_page_on_a_phone_begins_in_a_channel(
    phone: Visitor, sandbox: SandboxServer, tom: Person, line_2: Channel
) -> None:
    tom.says(line_2, "Caps are stacked in the chute")
    phone.page.goto("about:blank")
    phone.page.goto(sandbox.url)
    expect(phone.card("Caps are stacked")).to_be_visible()


def test_whoever_opens_the_page_without_an_address_begins_in_a_channel_even_when_a_direct_message_waits(
    laptop: Visitor, client: WebClient, sandbox: SandboxServer
) -> None:
    client.chat_postMessage(channel=sandbox.person("maria").id, text="For you")
    laptop.page.goto("about:blank")
    laptop.page.goto(sandbox.url)
    expect(laptop.page.get_by_role("textbox", name="Message #line-2")).to_be_visible()


def chart(kind: str = "line") -> Json:
    hours = ["06:00", "07:00", "08:00"]
    lines: dict[str, list[float]] = {"Value": [75, 68, 61.4], "Target": [74, 74, 74]}
    series = [
        {
            "name": name,
            "data": [{"label": at, "value": value} for at, value in zip(hours, values, strict=True)],
        }
        for name, values in lines.items()
    ]
    axes = {"categories": hours, "y_label": "%"}
    drawn = {"type": kind, "series": series, "axis_config": axes}
    return {"type": "data_visualization", "title": "OEE line 2", "chart": drawn}


def test_a_chart_is_drawn_and_read_with_a_pointer_or_the_arrow_keys(
    laptop: Visitor, client: WebClient, line_2: Channel
) -> None:
    client.chat_postMessage(channel=line_2.id, text="OEE", blocks=[chart()])
    drawn = laptop.page.get_by_role("img", name="OEE line 2, line chart: Value from 75 to 61.4")
    expect(drawn.locator("circle")).to_have_count(3)
    expect(drawn.locator("circle title").last).to_have_text("Value, 08:00: 61.4")
    reading = laptop.page.locator(".chart-reading")
    drawn.hover(position={"x": 60, "y": 90})
    expect(reading).to_contain_text("06:00Value75 %Target74 %")
    drawn.focus()
    for _ in range(2):
        drawn.press("ArrowRight")
    expect(reading).to_contain_text("08:00Value61.4 %")
    drawn.press("Escape")
    expect(reading).to_be_hidden()


@pytest.mark.parametrize(("kind", "marks"), [("bar", "rect"), ("area", "path.chart-surface")])
def test_every_kind_of_chart_is_drawn(
    laptop: Visitor, client: WebClient, line_2: Channel, kind: str, marks: str
) -> None:
    client.chat_postMessage(channel=line_2.id, text="OEE", blocks=[chart(kind)])
    expect(laptop.page.locator(f"svg {marks}").first).to_be_visible()


def test_a_pie_says_its_shares(laptop: Visitor, client: WebClient, line_2: Channel) -> None:
    segments = [{"label": "Jams", "value": 3}, {"label": "Speed", "value": 1}]
    pie = {"type": "data_visualization", "title": "Losses", "chart": {"type": "pie", "segments": segments}}
    client.chat_postMessage(channel=line_2.id, text="Losses", blocks=[pie])
    expect(laptop.card("Losses")).to_contain_text("Jams 75 %")
    expect(laptop.page.locator("svg .chart-slice")).to_have_count(2)


def test_a_chart_on_a_phone_keeps_its_words_legible_and_inside(
    phone: Visitor, client: WebClient, line_2: Channel
) -> None:
    client.chat_postMessage(channel=line_2.id, text="OEE", blocks=[chart()])
    drawn = phone.page.locator("svg.chart-canvas")
    expect(drawn.locator("circle")).to_have_count(3)
    edges = drawn.evaluate(
        "svg => [...svg.querySelectorAll('text')].map(text => text.getBoundingClientRect())"
        ".map(box => [box.left, box.right, box.height])"
    )
    assert all(left >= 0 and right <= PHONE[0] for left, right, _ in edges)
    assert min(height for _, _, height in edges) >= 12
