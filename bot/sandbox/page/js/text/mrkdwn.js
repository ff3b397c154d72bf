import { h } from "../dom.js";
import { inline, plain } from "./inline.js";
import { unescape } from "./entities.js";

const FENCE = /```\n?([\s\S]+?)```/g;
const QUOTE = /^(?:&gt;|>) ?/;
const QUOTE_ALL = /^(?:&gt;|>){3} ?/;
const ITEM = /^(\s*)([•◦▪‣-]|\d{1,2}[.)]) +(.*)$/;

/** Renders Slack's mrkdwn: fences, quotes, hanging lists, and lines of inline marks. */
export function mrkdwn(text) {
  const node = h("div.mrkdwn");
  let from = 0;
  for (const fence of text.matchAll(FENCE)) {
    node.append(...lines(trimmed(text.slice(from, fence.index))));
    node.append(h("pre", {}, unescape(fence[1].replace(/\n$/, ""))));
    from = fence.index + fence[0].length;
  }
  node.append(...lines(from ? trimmed(text.slice(from)) : text));
  return node;
}

/** A fence stands on lines of its own: the breaks around it are not empty lines. */
const trimmed = (text) => text.replace(/^\n|\n$/g, "");

/** A text object of Block Kit, either kind. */
export function textObject(object) {
  if (!object) return null;
  if (object.type === "mrkdwn") return mrkdwn(object.text ?? "");
  return h("span.plain", {}, plain(object.text ?? "", object.emoji !== false));
}

function lines(text) {
  if (!text) return [];
  const nodes = [];
  const pending = text.split("\n");
  while (pending.length) {
    nodes.push(quote(pending) ?? item(pending) ?? line(pending));
  }
  return nodes;
}

function quote(pending) {
  if (QUOTE_ALL.test(pending[0])) {
    const [first, ...rest] = pending.splice(0);
    return h("blockquote", {}, lines([first.replace(QUOTE_ALL, ""), ...rest].join("\n")));
  }
  const end = pending.findIndex((text) => !QUOTE.test(text));
  const quoted = pending.slice(0, end < 0 ? pending.length : end);
  if (!quoted.length) return null;
  pending.splice(0, quoted.length);
  return h("blockquote", {}, lines(quoted.map((text) => text.replace(QUOTE, "")).join("\n")));
}

function item(pending) {
  const found = pending[0].match(ITEM);
  if (!found) return null;
  pending.shift();
  const [, indent, mark, rest] = found;
  const depth = Math.min(3, Math.floor(indent.length / 2));
  return h(
    "div.item",
    { vars: { "--depth": depth } },
    h("span.item-mark", {}, mark),
    h("span", {}, inline(rest)),
  );
}

function line(pending) {
  const text = pending.shift();
  return text.trim() ? h("div.line", {}, inline(text)) : h("div.gap");
}
