import { h } from "../dom.js";
import { emoji } from "./emoji.js";
import { entityNode, linkNode, unescape } from "./entities.js";

/** What may stand inside `*…*` and its like: entities and code whole, else anything but the mark and a line end. */
const inside = (mark) => "(?=\\S)(?:<[^<>\\n]*>|`[^`\\n]*`|[^" + mark + "<`\\n])+(?<=\\S)";
const wrapped = (name, mark, escaped = mark) =>
  `(?<![\\w${escaped}])${escaped}(?<${name}>${inside(escaped)})${escaped}(?![\\w${escaped}])`;

const TOKEN = new RegExp(
  [
    "`(?<code>[^`\\n]+)`",
    "<(?<entity>[^<>\\n]+)>",
    wrapped("bold", "*", "\\*"),
    wrapped("italic", "_"),
    wrapped("strike", "~"),
    ":(?<emoji>[a-z0-9_+-]+):(?::skin-tone-\\d:)?",
    "(?<url>https?://[^\\s<>|]*[^\\s<>|.,;:!?)\\]'\"])",
  ].join("|"),
  "gu",
);

const RENDER = {
  code: (text) => h("code", {}, unescape(text)),
  entity: (text, place) => entityNode(text, place),
  bold: (text, place) => h("strong", {}, inline(text, place)),
  italic: (text, place) => h("em", {}, inline(text, place)),
  strike: (text, place) => h("s", {}, inline(text, place)),
  emoji: (name) => emojiNode(name),
  url: (text) => linkNode(text),
};

/** Nodes of one line of mrkdwn. */
export function inline(text, { sentence = true } = {}) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(TOKEN)) {
    const before = text.slice(from, match.index);
    const [kind, value] = Object.entries(match.groups).find(([, found]) => found !== undefined);
    if (before) nodes.push(unescape(before));
    nodes.push(RENDER[kind](value, { sentence: sentence && !text.slice(0, match.index).trim() }));
    from = match.index + match[0].length;
  }
  if (from < text.length) nodes.push(unescape(text.slice(from)));
  return nodes;
}

export function emojiNode(name) {
  const glyph = emoji(name);
  return glyph
    ? h("span.emoji", { title: `:${name}:`, role: "img", "aria-label": name }, glyph)
    : `:${name}:`;
}

/** Plain text: no marks, no mentions, but emoji unless told otherwise. */
export function plain(text, withEmoji = true) {
  if (!withEmoji) return [unescape(text)];
  return text
    .split(/(:[a-z0-9_+-]+:)/g)
    .filter(Boolean)
    .map((part) => (/^:[a-z0-9_+-]+:$/.test(part) ? emojiNode(part.slice(1, -1)) : unescape(part)));
}
