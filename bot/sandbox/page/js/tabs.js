import { chooseActor } from "./actor.js";
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { avatar } from "./people.js";
import { conversations, me, state, watch } from "./store.js";

/** The bar at the bottom of a phone: the list, the Home tab, and who one is. */
export function startTabs(root) {
  const show = () => state.workspace && fill(root, chats(), home(), you());
  watch(["workspace", "route"], show);
}

const current = (screen) => (state.route.screen === screen ? "page" : null);

function chats() {
  const waiting = conversations().reduce(
    (sum, { is_im, unread, mentions }) => sum + (is_im ? unread : mentions),
    0,
  );
  const count = waiting ? h("span.badge", { "aria-label": `${waiting} for you` }, String(waiting)) : null;
  return h(
    "a.tab",
    { href: "#channels", "aria-current": current("channels") },
    icon("chats"),
    "Channels",
    count,
  );
}

const home = () => h("a.tab", { href: "#home", "aria-current": current("home") }, icon("home"), "Home");

function you() {
  const node = h(
    "button.tab",
    { type: "button", onclick: () => chooseActor(node) },
    avatar(me(), "tiny"),
    "Act as",
  );
  return node;
}
