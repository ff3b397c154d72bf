import { h } from "./dom.js";
import { displayName, state } from "./store.js";

const COLOR = /^#?([0-9a-f]{6}|[0-9a-f]{3})$/i;

function initialsOf(user) {
  const words = displayName(user).split(/\s+/);
  return user?.initials || (words[0][0] + (words.length > 1 ? words.at(-1)[0] : "")).toUpperCase();
}

/** A person's initials on their colour; Andon wears its lamp. */
export function avatar(user, size = "medium") {
  const look = { class: `avatar-${size}`, "aria-hidden": "true" };
  if (user && user.id === state.workspace?.bot_user_id)
    return h("img.avatar", { ...look, src: "/static/logo.svg", alt: "" });
  const color = user?.color?.match(COLOR)?.[1];
  return h("span.avatar", { ...look, vars: color ? { "--person": `#${color}` } : {} }, initialsOf(user));
}
