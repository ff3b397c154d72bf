import { conversations, state, update } from "./store.js";

/**
 * The address after `#` is the place one looks at, so it can be copied and the back button works:
 * `#channel`, `#channel/ts`, `#channel/thread_ts/ts` (thread open), `#home`, `#channels` (the list, on a phone).
 */
export function parse(hash) {
  const [place = "", first = null, second = null] = hash.replace(/^#/, "").split("/").map(decodeURIComponent);
  if (place === "home" || place === "channels")
    return { screen: place, channel: null, thread: null, focus: null };
  const threaded = second !== null;
  return {
    screen: "channel",
    channel: place || null,
    thread: threaded ? first : null,
    focus: (threaded ? second : first) || null,
  };
}

/**
 * Slack's own form, `/archives/C1/p1700000000000100`, and where the server sends it, `/?channel=C1&ts=…`, become
 * ours. Returns null for any other address.
 */
export function fromPermalink(url) {
  if (url.origin !== location.origin) return null;
  const named = url.searchParams.get("channel");
  if (named) return linkTo(named, url.searchParams.get("ts"), url.searchParams.get("thread_ts"));
  const archived = url.pathname.match(/^\/archives\/(\w+)(?:\/p(\d+)(\d{6}))?$/);
  if (!archived) return url.pathname === "/" && url.hash ? url.hash : null;
  const [, channel, seconds, micros] = archived;
  return linkTo(channel, seconds && `${seconds}.${micros}`, url.searchParams.get("thread_ts"));
}

export const linkTo = (channel, ts, thread) =>
  `#${channel}${thread && thread !== ts ? `/${thread}` : ""}${ts ? `/${ts}` : ""}`;

export const go = (hash) => {
  if (location.hash === hash) follow();
  else location.hash = hash;
};
export const openChannel = (id) => go(`#${id}`);
export const openThread = (channel, ts) => go(`#${channel}/${ts}/`);
export const closeThread = () => go(`#${state.route.channel}`);

/** Takes over the address; a channel may be given by id or by name. */
export function follow() {
  const route = parse(location.hash);
  if (route.screen === "channel") route.channel = known(route.channel);
  update({ route });
}

/** Without an address one begins where one is called, and that is a channel: a direct message explains nothing. */
function known(idOrName) {
  const all = conversations();
  const named = all.find((channel) => channel.id === idOrName || channel.name === idOrName);
  const called = all.find((channel) => channel.mentions > 0 && !channel.is_im);
  return (named ?? called ?? all[0])?.id ?? null;
}

export function startRouting() {
  addEventListener("hashchange", follow);
  if (location.search) history.replaceState(null, "", `/${fromPermalink(new URL(location.href)) ?? ""}`);
  follow();
}
