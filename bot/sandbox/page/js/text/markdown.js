import { h } from "../dom.js";
import { markdownInline } from "./markdown_inline.js";

const ITEM = /^(\s*)([-*+]|\d+[.)])\s+(?:\[([ xX])\]\s+)?(.*)$/;
const HEADING = /^(#{1,6})\s+(.*?)\s*#*$/;
const RULE = /^\s*([-*_])(?:\s*\1){2,}\s*$/;
const TABLE_RULE = /^\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$/;

/** Each reader takes what it knows from the front of the lines and returns a node, or null and takes nothing. */
const READERS = [fence, heading, rule, table, quote, list, blank, paragraph];

/** Renders the standard Markdown of a markdown block. */
export function markdown(text) {
  const lines = text.split("\n");
  const node = h("div.mrkdwn.markdown");
  while (lines.length) {
    for (const read of READERS) {
      const part = read(lines);
      if (part) {
        node.append(part);
        break;
      }
    }
  }
  return node;
}

function takeWhile(lines, test) {
  const end = lines.findIndex((line) => !test(line));
  return lines.splice(0, end < 0 ? lines.length : end);
}

function fence(lines) {
  if (!/^\s*```/.test(lines[0])) return null;
  lines.shift();
  const body = takeWhile(lines, (line) => !/^\s*```/.test(line));
  lines.shift();
  return h("pre", {}, body.join("\n"));
}

function heading(lines) {
  const found = lines[0].match(HEADING);
  if (!found) return null;
  lines.shift();
  return h(`h${Math.min(6, found[1].length + 2)}`, {}, markdownInline(found[2]));
}

function rule(lines) {
  return RULE.test(lines[0]) ? (lines.shift(), h("hr")) : null;
}

const cells = (line) =>
  line
    .trim()
    .replace(/^\||\|$/g, "")
    .split("|")
    .map((cell) => markdownInline(cell.trim()));

function table(lines) {
  if (!lines[0].includes("|") || !TABLE_RULE.test(lines[1] ?? "")) return null;
  const [head] = lines.splice(0, 2);
  const rows = takeWhile(lines, (line) => line.includes("|"));
  const row = (tag, line) =>
    h(
      "tr",
      {},
      cells(line).map((cell) => h(tag, {}, cell)),
    );
  const body = rows.map((line) => row("td", line));
  return h(
    "div.table-scroll",
    { tabindex: 0 },
    h("table", {}, h("thead", {}, row("th", head)), h("tbody", {}, body)),
  );
}

function quote(lines) {
  const quoted = takeWhile(lines, (line) => /^\s*>/.test(line));
  if (!quoted.length) return null;
  return h("blockquote", {}, markdown(quoted.map((line) => line.replace(/^\s*> ?/, "")).join("\n")));
}

function list(lines) {
  const first = lines[0].match(ITEM);
  if (!first) return null;
  const ordered = /\d/.test(first[2]);
  const belongs = (row) => row && (row[1] || /\d/.test(row[2]) === ordered);
  const rows = takeWhile(lines, (line) => belongs(line.match(ITEM))).map((line) => line.match(ITEM));
  return h(
    ordered ? "ol" : "ul",
    ordered ? { start: Number.parseInt(rows[0][2], 10) } : {},
    rows.map(listItem),
  );
}

function listItem([, indent, , done, text]) {
  const mark = done === undefined ? [] : [h("span.task", {}, done === " " ? "☐ " : "☑ ")];
  const depth = Math.floor(indent.replaceAll("\t", "  ").length / 2);
  return h("li", { vars: { "--depth": depth } }, mark, markdownInline(text));
}

function blank(lines) {
  return lines[0].trim() ? null : (lines.shift(), h("div.gap"));
}

function paragraph(lines) {
  return h("p", {}, markdownInline(lines.shift()));
}
