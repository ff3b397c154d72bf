import { h } from "../dom.js";
import { safeUrl } from "../text/entities.js";
import { textObject } from "../text/mrkdwn.js";

const LOOK = { primary: "button-primary", danger: "button-danger" };

/** A button stays busy until the app has answered, so a second press cannot be meant by accident. */
export function button(element, block, surface) {
  const press = async () => {
    if (node.getAttribute("aria-busy") === "true") return;
    if (element.url) open(safeUrl(element.url)?.href, "_blank", "noopener");
    node.setAttribute("aria-busy", "true");
    try {
      await surface.send(block, element, element.value === undefined ? {} : { value: element.value });
    } finally {
      node.removeAttribute("aria-busy");
    }
  };
  const node = h(
    "button.button",
    {
      type: "button",
      class: LOOK[element.style] ?? "",
      "aria-label": element.accessibility_label,
      onclick: press,
    },
    textObject(element.text),
  );
  return node;
}
