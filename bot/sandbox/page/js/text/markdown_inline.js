import { h } from "../dom.js";
import { linkNode } from "./entities.js";
import { emojiNode } from "./inline.js";

const TOKEN = new RegExp(
  [
    "\\\\(?<escaped>[\\\\`*_~\\[\\](){}#+.!<>|-])",
    "`(?<code>[^`]+)`",
    '!?\\[(?<label>[^\\]]*)\\]\\((?<href>[^)\\s]+)(?:\\s+"[^"]*")?\\)',
    "(?:\\*\\*|__)(?<bold>(?=\\S).+?(?<=\\S))(?:\\*\\*|__)",
    "(?<![\\w*])\\*(?<star>(?=\\S)[^*]+(?<=\\S))\\*",
    "(?<!\\w)_(?<under>(?=\\S)[^_]+(?<=\\S))_(?!\\w)",
    "~~(?<strike>(?=\\S).+?(?<=\\S))~~",
    ":(?<emoji>[a-z0-9_+-]+):",
    "<?(?<url>https?://[^\\s<>]*[^\\s<>.,;:!?)])>?",
  ].join("|"),
  "gu",
);

const RENDER = [
  ["escaped", ({ escaped }) => escaped],
  ["code", ({ code }) => h("code", {}, code)],
  ["href", ({ href, label }) => linkNode(href, markdownInline(label))],
  ["bold", ({ bold }) => h("strong", {}, markdownInline(bold))],
  ["star", ({ star }) => h("em", {}, markdownInline(star))],
  ["under", ({ under }) => h("em", {}, markdownInline(under))],
  ["strike", ({ strike }) => h("s", {}, markdownInline(strike))],
  ["emoji", ({ emoji }) => emojiNode(emoji)],
  ["url", ({ url }) => linkNode(url)],
];

/** Nodes of one line of standard Markdown. */
export function markdownInline(text) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(TOKEN)) {
    if (match.index > from) nodes.push(text.slice(from, match.index));
    const [, render] = RENDER.find(([name]) => match.groups[name] !== undefined);
    nodes.push(render(match.groups));
    from = match.index + match[0].length;
  }
  if (from < text.length) nodes.push(text.slice(from));
  return nodes;
}
