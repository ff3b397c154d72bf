import { fill, h } from "../dom.js";
import { icon } from "../icons.js";
import { openListbox } from "../overlay/listbox.js";
import { unescape } from "../text/entities.js";
import { selectKind } from "./select_kinds.js";

const DEFAULT_PROMPT = "Choose…";

/** Every kind of select: one button that shows the choice, and a list that can be searched. */
export function select(element, block, surface) {
  const { rows, multiple, initial, value } = selectKind(element);
  const prompt = element.placeholder ? unescape(element.placeholder.text) : DEFAULT_PROMPT;
  const face = h("span.select-face");
  const node = h(
    "button.select",
    { type: "button", "aria-haspopup": "listbox", onclick: choose },
    face,
    icon("down"),
  );
  let chosen = initial;
  const chosenRows = () => rows.filter((row) => chosen.includes(row.id));
  const read = () => value(chosenRows());

  function choose() {
    const limit = element.max_selected_items ?? Infinity;
    openListbox(node, { rows, chosen, multiple, limit, label: prompt, onchoose: take });
  }

  function take(ids) {
    chosen = ids;
    show();
    surface.changed(block, element, read());
  }

  function show() {
    const labels = chosenRows().map((row) => h(multiple ? "span.chip" : "span", {}, row.label));
    node.classList.toggle("is-empty", labels.length === 0);
    fill(face, labels.length ? labels : prompt);
  }

  const problem = () => (chosen.length || block.optional ? null : "Please choose an option.");
  const restore = (old) => {
    chosen = old.filter((id) => rows.some((row) => row.id === id));
    show();
  };
  surface.add(block, element, { node, read, problem, keep: () => chosen, restore });
  show();
  return node;
}
