import { h, uniqueId } from "../dom.js";
import { textObject } from "../text/mrkdwn.js";

/** Slack sends back the option as the app wrote it. */
function choiceGroup(element, block, surface, { type, initial, valueOf }) {
  const name = uniqueId("choice");
  const inputs = element.options.map((option) =>
    h("input", {
      type,
      name,
      checked: initial.includes(option.value),
      onchange: () => surface.changed(block, element, read()),
    }),
  );
  const picked = () => element.options.filter((_, index) => inputs[index].checked);
  const read = () => valueOf(picked());
  const rows = element.options.map((option, index) => choiceRow(option, inputs[index]));
  const node = h("div.choices", { role: type === "radio" ? "radiogroup" : "group" }, rows);
  const restore = (old) =>
    inputs.forEach((input, index) => (input.checked = old.includes(element.options[index].value)));
  surface.add(block, element, {
    node,
    read,
    keep: () => picked().map((option) => option.value),
    restore,
    problem: () => (picked().length || block.optional ? null : "Please choose an option."),
  });
  return node;
}

function choiceRow(option, input) {
  const detail = option.description ? h("span.choice-detail", {}, textObject(option.description)) : null;
  return h("label.choice", {}, input, h("span.choice-text", {}, textObject(option.text), detail));
}

export const checkboxes = (element, block, surface) =>
  choiceGroup(element, block, surface, {
    type: "checkbox",
    initial: (element.initial_options ?? []).map((option) => option.value),
    valueOf: (picked) => ({ selected_options: picked }),
  });

export const radioButtons = (element, block, surface) =>
  choiceGroup(element, block, surface, {
    type: "radio",
    initial: element.initial_option ? [element.initial_option.value] : [],
    valueOf: ([picked]) => ({ selected_option: picked ?? null }),
  });
