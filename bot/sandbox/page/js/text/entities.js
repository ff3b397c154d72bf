import { h } from "../dom.js";
import { fromPermalink } from "../route.js";
import { channelById, conversationName, displayName, me, state, userById } from "../store.js";
import { dateNode } from "../timestamps.js";

const SAFE_SCHEMES = new Set(["http:", "https:", "mailto:", "tel:"]);

/** Slack escapes exactly these three. */
export const unescape = (text) =>
  text.replace(/&(amp|lt|gt);/g, (_, name) => ({ amp: "&", lt: "<", gt: ">" })[name]);

/** An address that may be followed, or null (`javascript:` and its like). */
export function safeUrl(text) {
  try {
    const url = new URL(text);
    return SAFE_SCHEMES.has(url.protocol) ? url : null;
  } catch {
    return null;
  }
}

/** A link; permalinks into this workspace stay on the page, everything else opens in a new tab. */
export function linkNode(address, ...label) {
  const url = safeUrl(unescape(address));
  const text = label.length ? label : [unescape(address)];
  if (!url) return h("span", {}, text);
  const here = fromPermalink(url);
  if (here) return h("a", { href: here }, text);
  return h("a", { href: url.href, target: "_blank", rel: "noopener noreferrer" }, text);
}

const mention = (isMe, text, title) => h("span.mention", { class: isMe ? "mention-me" : "", title }, text);

export function userMention(id, label) {
  const user = userById(id);
  return mention(id === state.actor, `@${user ? displayName(user) : label || id}`, user?.title);
}

export const broadcastMention = (range) => mention(true, `@${range}`);
export const groupMention = (id, label) =>
  mention(Boolean(me()?.usergroups?.includes(id)), label ? `@${label.replace(/^@/, "")}` : "@group");

export function channelMention(id, label) {
  const channel = channelById(id);
  const name = channel ? conversationName(channel) : label || "private channel";
  return channel ? h("a.mention", { href: `#${id}` }, `#${name}`) : h("span.mention", {}, `#${name}`);
}

/** What stands between `<` and `>` in mrkdwn. `sentence`: nothing but this opens its line. */
export function entityNode(inside, { sentence = false } = {}) {
  const bar = inside.indexOf("|");
  const target = bar < 0 ? inside : inside.slice(0, bar);
  const label = bar < 0 ? "" : unescape(inside.slice(bar + 1));
  if (target.startsWith("@")) return userMention(target.slice(1), label);
  if (target.startsWith("#")) return channelMention(target.slice(1), label);
  if (target.startsWith("!")) return special(target.slice(1), label, sentence);
  return linkNode(target, ...(label ? [label] : []));
}

function special(command, label, sentence) {
  const [name, ...rest] = command.split("^");
  if (name === "date") return dateEntity(rest, label, sentence);
  if (name === "subteam") return groupMention(rest[0], label);
  return broadcastMention(label.replace(/^@/, "") || name);
}

function dateEntity([epoch, template, link], label, sentence) {
  const seconds = Number(epoch);
  if (!Number.isFinite(seconds) || !template) return h("span", {}, label);
  const node = dateNode(seconds, unescape(template), { sentence });
  return link ? linkNode(link, node) : node;
}
