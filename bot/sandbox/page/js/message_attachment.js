import { renderBlocks } from "./blocks/blocks.js";
import { h } from "./dom.js";
import { linkNode } from "./text/entities.js";
import { mrkdwn } from "./text/mrkdwn.js";

const NAMED = { good: "var(--good)", warning: "var(--amber)", danger: "var(--danger)" };
const HEX = /^#?([0-9a-f]{6})$/i;

const colorOf = (color) =>
  NAMED[color] ?? (HEX.test(color ?? "") ? `#${color.match(HEX)[1]}` : "var(--line-strong)");

function title({ title: text, title_link: link }) {
  return text ? h("strong.attachment-title", {}, link ? linkNode(link, text) : text) : null;
}

const field = ({ title: name, value }) => h("div.field", {}, h("strong", {}, name), mrkdwn(value ?? ""));

/** A secondary attachment of the older kind: a coloured bar beside text, fields or blocks. */
export function attachmentNode(attachment, surface) {
  const { color, text, pretext, blocks, fields, footer } = attachment;
  return h(
    "div.attachment",
    { vars: { "--bar": colorOf(color) } },
    pretext ? mrkdwn(pretext) : null,
    title(attachment),
    text ? mrkdwn(text) : null,
    fields?.length ? h("div.fields", {}, fields.map(field)) : null,
    blocks?.length ? renderBlocks(blocks, surface) : null,
    footer ? h("p.hint", {}, footer) : null,
  );
}
