import * as api from "./api.js";
import { renderBlocks } from "./blocks/blocks.js";
import { createSurface } from "./blocks/surface.js";
import { fill, h } from "./dom.js";
import { reload } from "./live.js";
import { orToast } from "./overlay/toast.js";
import { displayName, me, state, watch } from "./store.js";

const body = h("div.home-body", { tabindex: 0 });
let visited = null;

/** The app's Home tab of the acting person. */
export function homePane() {
  watch(["route", "actor"], visit);
  watch(["workspace", "home"], show);
  const title = h(
    "div.bar-title",
    {},
    h("h2", {}, h("img.avatar.avatar-small", { src: "/static/logo.svg", alt: "" }), "Andon"),
    h("p", {}, "Home"),
  );
  return h("section.pane.home-pane", { hidden: true }, h("header.bar", {}, title), body);
}

/** Going there is what tells the app to draw it. */
async function visit() {
  const here = state.route.screen === "home" ? state.actor : null;
  if (here === visited) return;
  visited = here;
  if (!here) return;
  await orToast(api.openHome(here));
  await reload("home");
}

function show() {
  if (!state.workspace) return;
  const { home } = state;
  const signature = JSON.stringify([home?.id, home?.blocks, state.actor]);
  if (body.signature === signature) return;
  body.signature = signature;
  const post = (action, values) =>
    orToast(api.act({ as: state.actor, view_id: home.id, action, state: { values } }));
  const empty = h("p.empty", {}, `Andon has not drawn a Home tab for ${displayName(me())} yet.`);
  fill(body, home?.blocks?.length ? renderBlocks(home.blocks, createSurface(post)) : empty);
}
