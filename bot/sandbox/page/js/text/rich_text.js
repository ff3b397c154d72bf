import { h } from "../dom.js";
import { capital } from "../time.js";
import { dateNode } from "../timestamps.js";
import { broadcastMention, channelMention, groupMention, linkNode, userMention } from "./entities.js";
import { emojiNode } from "./inline.js";

const WRAPPERS = [
  ["code", "code"],
  ["bold", "strong"],
  ["italic", "em"],
  ["strike", "s"],
  ["underline", "u"],
];

/** Leaves carry text as it is: rich_text is a tree, nothing in it is escaped. */
const LEAVES = {
  text: ({ text }) => text,
  link: ({ url, text }) => linkNode(url, text || url),
  user: ({ user_id: id }) => userMention(id),
  channel: ({ channel_id: id }) => channelMention(id),
  usergroup: ({ usergroup_id: id }) => groupMention(id),
  broadcast: ({ range }) => broadcastMention(range),
  emoji: ({ name }) => emojiNode(name),
  date: ({ timestamp, format }) => dateNode(timestamp, format ?? "{date_short_pretty} at {time}"),
  color: ({ value }) => h("code", {}, value),
};

function leaf(element) {
  const node = LEAVES[element.type]?.(element) ?? element.fallback ?? "";
  return WRAPPERS.filter(([style]) => element.style?.[style]).reduce(
    (inner, [, tag]) => h(tag, {}, inner),
    node,
  );
}

const leaves = (elements) => (elements ?? []).map(leaf);

const SECTIONS = {
  rich_text_section: ({ elements }) => h("div.line", {}, leaves(elements)),
  rich_text_quote: ({ elements }) => h("blockquote", {}, leaves(elements)),
  rich_text_preformatted: ({ elements }) => h("pre", {}, leaves(elements)),
  rich_text_list: list,
};

function list({ elements, style, indent = 0, offset = 0 }) {
  const start = style === "ordered" && offset ? { start: offset + 1 } : {};
  const rows = elements.map((section) => h("li", {}, richTextPart(section)));
  return h(style === "ordered" ? "ol" : "ul", { ...start, vars: { "--depth": indent } }, rows);
}

const richTextPart = (part) => SECTIONS[part.type]?.(part) ?? h("div.line", {}, capital(part.type));

/** A rich_text block, or a rich_text cell of a table. */
export const richText = (block) => h("div.mrkdwn.rich-text", {}, (block.elements ?? []).map(richTextPart));
