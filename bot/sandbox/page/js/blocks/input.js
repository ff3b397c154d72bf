import { h, uniqueId } from "../dom.js";
import { renderElement } from "../elements/elements.js";
import { textObject } from "../text/mrkdwn.js";

const GROUPS = new Set(["checkboxes", "radio_buttons"]);

/** An input block: label, control, hint, and room for what is wrong with it. */
export function inputBlock(block, surface) {
  const [labelId, errorId] = [uniqueId("label"), uniqueId("error")];
  const optional = block.optional ? h("span.optional", {}, " (optional)") : null;
  const control = renderElement(block.element, block, surface);
  const target = control.matches("input, textarea, button")
    ? control
    : control.querySelector("input, textarea, button");
  const group = GROUPS.has(block.element.type);
  const named = group ? control : target;
  named?.setAttribute("aria-labelledby", named.matches("button") ? `${labelId} ${idOf(named)}` : labelId);
  target?.setAttribute("aria-describedby", errorId);
  const tie = { id: labelId, for: group ? null : idOf(target) };
  const label = h(group ? "div.label" : "label.label", tie, textObject(block.label), optional);
  const hint = block.hint ? h("p.hint", {}, textObject(block.hint)) : null;
  return h("div", {}, label, control, h("p.field-error", { id: errorId, role: "alert", hidden: true }), hint);
}

function idOf(control) {
  if (control) control.id ||= uniqueId("control");
  return control?.id;
}

/** Shows one message per block under its field, clears the others, and takes the reader to the first. */
export function showErrors(root, errors) {
  let first = null;
  for (const block of root.querySelectorAll("[data-block]")) {
    const slot = block.querySelector(":scope > .field-error");
    const message = errors[block.dataset.block];
    if (!slot) continue;
    slot.textContent = message ?? "";
    slot.hidden = !message;
    block.classList.toggle("has-error", Boolean(message));
    const control = block.querySelector("input, textarea, button");
    control?.setAttribute("aria-invalid", String(Boolean(message)));
    if (message) first ??= control;
  }
  first?.focus();
}
