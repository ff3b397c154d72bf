import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { openListbox } from "./overlay/listbox.js";
import { avatar } from "./people.js";
import { displayName, me, people, state } from "./store.js";

const REMEMBERED = "andon-sandbox.actor";
let switchTo = () => {};

/** Who the visitor was last time, or null. */
export const rememberedActor = () => localStorage.getItem(REMEMBERED);
export const rememberActor = (id) => localStorage.setItem(REMEMBERED, id);

/** Tells this part what to do when another person is chosen. */
export const onActorChange = (handler) => (switchTo = handler);

/** Lets the visitor choose whom to act as. */
export function chooseActor(anchor) {
  const rows = people().map((user) => ({
    id: user.id,
    label: displayName(user),
    detail: user.title,
    person: user,
  }));
  const onchoose = ([id]) => id && id !== state.actor && switchTo(id);
  openListbox(anchor, { rows, chosen: [state.actor], multiple: false, label: "Act as", onchoose });
}

/** The card in the sidebar that says who one is. */
export function actorCard() {
  const node = h("button.actor", {
    type: "button",
    "aria-haspopup": "listbox",
    onclick: () => chooseActor(node),
  });
  const show = () =>
    fill(
      node,
      avatar(me()),
      h(
        "span.actor-text",
        {},
        h("small", {}, "Acting as"),
        h("strong", {}, displayName(me())),
        h("span", {}, me()?.title ?? ""),
      ),
      icon("updown"),
    );
  return { node, show };
}
