import { h } from "../dom.js";
import { renderElement } from "../elements/elements.js";
import { markdown } from "../text/markdown.js";
import { mrkdwn, textObject } from "../text/mrkdwn.js";
import { richText } from "../text/rich_text.js";
import { chartBlock } from "./chart.js";
import { imageBlock, imageNode } from "./image.js";
import { inputBlock } from "./input.js";
import { tableBlock } from "./table.js";

const RENDER = {
  header: (block) => h("h3.block-header", {}, textObject(block.text)),
  divider: () => h("hr.block-divider"),
  section,
  context,
  actions: (block, surface) =>
    h(
      "div.block-actions",
      {},
      block.elements.map((element) => renderElement(element, block, surface)),
    ),
  image: imageBlock,
  input: inputBlock,
  rich_text: richText,
  table: tableBlock,
  data_visualization: chartBlock,
  markdown: (block) => markdown(block.text ?? ""),
};

/** Renders blocks of Block Kit onto a surface. What the page does not know is named, never dropped. */
export const renderBlocks = (blocks, surface) =>
  h(
    "div.blocks",
    {},
    (blocks ?? []).map((block) => one(block, surface)),
  );

function one(block, surface) {
  const node = RENDER[block.type]?.(block, surface) ?? h("p.block-unknown", {}, `(${block.type} block)`);
  node.classList.add("block", `block-${block.type}`);
  if (block.block_id) node.dataset.block = block.block_id;
  return node;
}

function section(block, surface) {
  const fields = (block.fields ?? []).map((field) => h("div.field", {}, textObject(field)));
  const body = h(
    "div.section-body",
    {},
    textObject(block.text),
    fields.length ? h("div.fields", {}, fields) : null,
  );
  if (!block.accessory) return h("div", {}, body);
  const accessory = h("div.accessory", {}, renderElement(block.accessory, block, surface));
  return h("div", { class: "has-accessory" }, body, accessory);
}

function context(block) {
  return h(
    "div",
    {},
    block.elements.map((element) =>
      element.type === "image" ? imageNode(element, "context-image") : contextText(element),
    ),
  );
}

const contextText = (element) => (element.type === "mrkdwn" ? mrkdwn(element.text) : textObject(element));
