import { createComposer } from "./composer.js";
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { showMessages } from "./message_list.js";
import { toast } from "./overlay/toast.js";
import { avatar } from "./people.js";
import { createScroller } from "./scroll.js";
import { lastSeen, reportSeen } from "./seen.js";
import { channelById, conversationName, state, userById, watch } from "./store.js";
import { plain } from "./text/inline.js";

const header = h("header.bar");
const scroller = createScroller({ label: "Messages", onmove: moved });
const jump = h("button.jump", { type: "button", hidden: true, onclick: () => scroller.toBottom() });
const compose = h("div.compose");
const visit = { channel: null, seen: null, newest: null, focused: null };

/** The channel in the middle of the page. */
export function channelPane() {
  watch(["workspace", "route"], showFrame);
  watch(["workspace", "messages"], showList);
  watch(["route"], () => isLoaded() && focusOnce(state.messages));
  document.addEventListener("visibilitychange", read);
  return h("section.pane.channel-pane", {}, header, h("div.scroll-frame", {}, scroller.node, jump), compose);
}

function showFrame() {
  const { channel: id, screen } = state.route;
  const channel = channelById(id);
  if (screen !== "channel" || !channel) return;
  fill(header, backLink(), title(channel));
  const place = [id, state.actor, channel.is_archived].join(" ");
  if (compose.dataset.place !== place) {
    compose.dataset.place = place;
    fill(
      compose,
      channel.is_archived
        ? h("p.archived", {}, "This channel is archived.")
        : createComposer({ channel: id, onsend: scroller.toBottom }),
    );
  }
}

const backLink = () =>
  h("a.icon-button.back", { href: "#channels", "aria-label": "Back to channels" }, icon("back"));

function title(channel) {
  const mark = channel.is_im
    ? avatar(userById(channel.user), "small")
    : icon(channel.is_private ? "lock" : "hash");
  const topic = channel.is_im ? userById(channel.user)?.title : channel.topic;
  return h(
    "div.bar-title",
    {},
    h("h2", {}, mark, conversationName(channel)),
    topic ? h("p", {}, plain(topic)) : null,
  );
}

const isLoaded = () =>
  Boolean(state.workspace && state.messages && state.messages.channel === state.route.channel);

function showList() {
  if (!isLoaded()) return;
  const loaded = state.messages;
  const arriving = `${loaded.channel} ${state.actor}` !== visit.channel;
  if (arriving) arrive(loaded);
  scroller.change(() =>
    showMessages(scroller.list, loaded.list, { channel: loaded.channel, seen: visit.seen }),
  );
  if (arriving) scroller.toBottom();
  focusOnce(loaded);
  announce(loaded.list);
  read();
}

function arrive({ channel, list }) {
  visit.channel = `${channel} ${state.actor}`;
  visit.seen = lastSeen(channel, list);
  visit.newest = list.at(-1)?.ts ?? null;
}

/** Takes the reader to the message that the address names, once. */
function focusOnce({ channel, list }) {
  const { focus, thread } = state.route;
  const wanted = thread ? null : focus;
  const place = `${channel}/${wanted}`;
  if (visit.focused === place) return;
  visit.focused = place;
  if (!wanted) return;
  const row = [...scroller.list.children].find((child) => child.dataset.key === wanted);
  if (row) scroller.reveal(row);
  else if (list) toast("That message is no longer here.", "error");
}

/** Somebody who reads further up is told what came in below. */
function announce(list) {
  if (scroller.isPinned()) visit.newest = list.at(-1)?.ts ?? null;
  const fresh = list.filter(
    (message) => Number(message.ts) > Number(visit.newest) && message.user !== state.actor,
  );
  jump.hidden = !fresh.length;
  fill(jump, icon("down"), fresh.length === 1 ? "1 new message" : `${fresh.length} new messages`);
}

function moved(pinned) {
  if (!pinned) return;
  announce(state.messages?.list ?? []);
  read();
}

function read() {
  const shown = state.route.screen === "channel" && isLoaded();
  if (shown && scroller.isPinned()) reportSeen(state.messages.channel, state.messages.list);
}
