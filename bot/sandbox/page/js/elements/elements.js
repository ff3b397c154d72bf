import { h } from "../dom.js";
import { imageNode } from "../blocks/image.js";
import { button } from "./button.js";
import { checkboxes, radioButtons } from "./choices.js";
import { overflow } from "./overflow.js";
import { dateField, dateTimeField, timeField } from "./pickers.js";
import { select } from "./select.js";
import { lineInput, numberInput, textInput } from "./text_inputs.js";

const RENDER = {
  button,
  workflow_button: button,
  overflow,
  checkboxes,
  radio_buttons: radioButtons,
  datepicker: dateField,
  timepicker: timeField,
  datetimepicker: dateTimeField,
  plain_text_input: textInput,
  number_input: numberInput,
  email_text_input: lineInput,
  url_text_input: lineInput,
  image: (element) => imageNode(element, "thumbnail"),
  static_select: select,
  multi_static_select: select,
  users_select: select,
  multi_users_select: select,
  conversations_select: select,
  multi_conversations_select: select,
  channels_select: select,
  multi_channels_select: select,
};

/** Renders one element of a block. What can be filled in registers itself with the surface. */
export function renderElement(element, block, surface) {
  const render = RENDER[element.type];
  const node = render ? render(element, block, surface) : h("span.block-unknown", {}, `(${element.type})`);
  if (element.action_id) node.dataset.action = element.action_id;
  return node;
}
