import { h } from "../dom.js";
import { plain } from "../text/inline.js";
import { richText } from "../text/rich_text.js";

const contentOf = (cell) =>
  cell.type === "rich_text" ? richText(cell) : plain(String(cell.text ?? cell.value ?? ""));

/** A table block; its first row is the head, and a wide one scrolls inside its own frame. */
export function tableBlock({ rows, column_settings: columns = [] }) {
  const cell = (tag) => (value, index) =>
    h(
      tag,
      { class: `align-${columns[index]?.align ?? "left"} ${columns[index]?.is_wrapped ? "wrapped" : ""}` },
      contentOf(value),
    );
  const [head = [], ...body] = rows ?? [];
  const row = (tag, values) => h("tr", {}, values.map(cell(tag)));
  const table = h(
    "table",
    {},
    h("thead", {}, row("th", head)),
    h(
      "tbody",
      {},
      body.map((values) => row("td", values)),
    ),
  );
  return h("div.table-scroll", { tabindex: 0, role: "region", "aria-label": "Table" }, table);
}
