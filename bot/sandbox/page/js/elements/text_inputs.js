import { h } from "../dom.js";
import { unescape } from "../text/entities.js";

const REQUIRED = "Please fill in this field.";
const KINDS = {
  email_text_input: { type: "email", inputmode: "email", wrong: "This is not an e-mail address." },
  url_text_input: {
    type: "url",
    inputmode: "url",
    wrong: "This is not a web address. It should begin with https://.",
  },
};

const placeholder = (element) => (element.placeholder ? unescape(element.placeholder.text) : null);

/** Registers a control whose value is its text, and speaks up on the occasions the element asks for. */
function register(control, element, block, surface, check) {
  const read = () => ({ value: control.value === "" ? null : control.value });
  const problem = () =>
    control.value.trim() === "" ? (block.optional ? null : REQUIRED) : check(control.value);
  const speak = () => surface.changed(block, element, read());
  const occasions = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  if (occasions.includes("on_character_entered")) control.addEventListener("input", speak);
  if (occasions.includes("on_enter_pressed")) {
    control.addEventListener("keydown", (event) => event.key === "Enter" && !element.multiline && speak());
  }
  surface.add(block, element, {
    node: control,
    read,
    problem,
    keep: () => control.value,
    restore: (old) => (control.value = old),
  });
  return control;
}

function lengthProblem(element) {
  const { min_length: min, max_length: max } = element;
  return (text) => {
    if (min && text.length < min) return `Please write at least ${min} characters.`;
    if (max && text.length > max) return `Please keep to ${max} characters; these are ${text.length}.`;
    return null;
  };
}

export function textInput(element, block, surface) {
  const common = {
    class: "input",
    placeholder: placeholder(element),
    value: element.initial_value ?? "",
    autofocus: element.focus_on_load,
  };
  const control = element.multiline
    ? h("textarea", { rows: 4, ...common })
    : h("input", { type: "text", ...common });
  return register(control, element, block, surface, lengthProblem(element));
}

export function lineInput(element, block, surface) {
  const { wrong, ...attributes } = KINDS[element.type];
  const control = h("input.input", {
    ...attributes,
    placeholder: placeholder(element),
    value: element.initial_value ?? "",
  });
  return register(control, element, block, surface, () => (control.validity.typeMismatch ? wrong : null));
}

export function numberInput(element, block, surface) {
  const control = h("input.input", {
    type: "text",
    inputmode: element.is_decimal_allowed ? "decimal" : "numeric",
    placeholder: placeholder(element),
    value: element.initial_value ?? "",
  });
  return register(control, element, block, surface, (text) => numberProblem(element, text));
}

function numberProblem({ is_decimal_allowed: decimal, min_value: min, max_value: max }, text) {
  const number = Number(text);
  if (Number.isNaN(number)) return "Please enter a number.";
  if (!decimal && !Number.isInteger(number)) return "Please enter a whole number.";
  if (min !== undefined && number < Number(min)) return `Please enter ${min} or more.`;
  if (max !== undefined && number > Number(max)) return `Please enter ${max} or less.`;
  return null;
}
