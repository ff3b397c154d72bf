import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { openPopover } from "./overlay/popover.js";
import { state, watch } from "./store.js";
import { plain } from "./text/inline.js";
import { agoNode } from "./timestamps.js";

/** Narration may carry epoch seconds or an ISO time. */
const epochOf = ({ at }) => (typeof at === "number" ? at : Date.parse(at) / 1000);

/** The quiet strip that tells what just happened in the simulated plant; a press shows the last thirty lines. */
export function plantStrip() {
  const node = h("button.plant", {
    type: "button",
    "aria-haspopup": "true",
    hidden: true,
    onclick: openStory,
  });
  let latest = null;

  function show() {
    const line = state.workspace?.narration?.at(-1);
    node.hidden = !line && state.online;
    node.classList.toggle("is-offline", !state.online);
    const text = state.online ? line?.text : "Connection lost. Trying again…";
    if (!text || text === latest) return;
    latest = text;
    fill(
      node,
      icon("plant"),
      h("span.plant-text", {}, plain(text)),
      state.online ? agoNode(epochOf(line)) : null,
    );
  }

  function openStory() {
    const lines = [...(state.workspace?.narration ?? [])].reverse();
    const rows = lines.map((line) => h("li", {}, agoNode(epochOf(line)), h("span", {}, plain(line.text))));
    openPopover(node, [h("h2", {}, "In the plant"), h("ol.story", {}, rows)], { className: "story-popover" });
  }

  watch(["workspace", "online"], show);
  return node;
}
