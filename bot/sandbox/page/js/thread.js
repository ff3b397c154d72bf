import { createComposer } from "./composer.js";
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { showMessages } from "./message_list.js";
import { closeThread } from "./route.js";
import { createScroller } from "./scroll.js";
import { channelById, conversationName, state, watch } from "./store.js";

const header = h("header.bar");
const scroller = createScroller({ label: "Thread" });
const compose = h("div.compose");
let shown = null;

/** The panel at the right (on a phone: the page) that shows one thread. */
export function startThread(root) {
  fill(root, header, h("div.scroll-frame", {}, scroller.node), compose);
  root.addEventListener(
    "keydown",
    (event) => event.key === "Escape" && !event.defaultPrevented && closeThread(),
  );
  watch(["workspace", "route"], () => showFrame(root));
  watch(["workspace", "thread"], showList);
}

function showFrame(root) {
  const { channel, thread, screen } = state.route;
  const open = Boolean(screen === "channel" && thread && channel);
  root.hidden = !open;
  if (!open) return;
  fill(
    header,
    h(
      "button.icon-button.back",
      { type: "button", "aria-label": "Back", onclick: closeThread },
      icon("back"),
    ),
    h("div.bar-title", {}, h("h2", {}, "Thread"), h("p", {}, `#${conversationName(channelById(channel))}`)),
    h(
      "button.icon-button.bar-close",
      { type: "button", "aria-label": "Close thread", onclick: closeThread },
      icon("close"),
    ),
  );
  const place = [channel, thread, state.actor].join(" ");
  if (compose.dataset.place === place) return;
  compose.dataset.place = place;
  fill(compose, createComposer({ channel, thread, onsend: scroller.toBottom }));
}

function showList() {
  const loaded = state.thread;
  if (!state.workspace || !loaded || loaded.ts !== state.route.thread) return;
  const arriving = shown !== loaded.ts;
  shown = loaded.ts;
  scroller.change(() =>
    showMessages(scroller.list, loaded.list, { channel: loaded.channel, inThread: true }),
  );
  if (!arriving) return;
  const { focus } = state.route;
  const row = [...scroller.list.children].find((child) => focus && child.dataset.key === focus);
  if (row) scroller.reveal(row);
  else scroller.toBottom();
}
