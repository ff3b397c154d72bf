import { actorCard } from "./actor.js";
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { avatar } from "./people.js";
import { conversationName, state, userById, watch } from "./store.js";

const actor = actorCard();
const lists = h("div.sidebar-lists");

export function startSidebar(root) {
  const brand = h(
    "header.brand",
    {},
    h("img", { src: "/static/logo.svg", alt: "" }),
    h("h1", {}, "Andon ", h("span", {}, "sandbox")),
  );
  const note = h("footer.sidebar-note", {}, "A Slack workspace on your own machine. Nothing leaves it.");
  fill(root, brand, actor.node, lists, note);
  watch(["workspace", "route"], show);
}

function show() {
  if (!state.workspace) return;
  const { channels, ims } = state.workspace;
  actor.show();
  fill(
    lists,
    group("App", [homeRow()]),
    group("Channels", channels.filter((channel) => !channel.is_archived).map(row)),
    group("Direct messages", ims.map(row)),
  );
}

const group = (title, rows) =>
  rows.length
    ? h(
        "section.group",
        {},
        h("h2", {}, title),
        h(
          "ul",
          {},
          rows.map((one) => h("li", {}, one)),
        ),
      )
    : null;

function homeRow() {
  const here = state.route.screen === "home";
  return h(
    "a.row",
    { href: "#home", "aria-current": here ? "page" : null },
    icon("home"),
    h("span.row-name", {}, "Home"),
  );
}

function row(channel) {
  const here = state.route.screen === "channel" && state.route.channel === channel.id;
  const mark = channel.is_im
    ? avatar(userById(channel.user), "tiny")
    : icon(channel.is_private ? "lock" : "hash");
  const attributes = {
    href: `#${channel.id}`,
    class: channel.unread ? "unread" : "",
    "aria-current": here ? "page" : null,
    data: { channel: channel.id },
  };
  return h("a.row", attributes, mark, h("span.row-name", {}, conversationName(channel)), badge(channel));
}

function badge({ unread, mentions, is_im: direct }) {
  const count = direct ? unread : mentions;
  if (count) return h("span.badge", { "aria-label": `${count} for you` }, String(count));
  return unread ? h("span.dot", { role: "img", "aria-label": "unread" }) : null;
}
