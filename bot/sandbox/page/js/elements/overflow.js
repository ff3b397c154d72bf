import { h } from "../dom.js";
import { icon } from "../icons.js";
import { openMenu } from "../overlay/menu.js";
import { safeUrl, unescape } from "../text/entities.js";

export function overflow(element, block, surface) {
  const choose = (option) => {
    if (option.url) open(safeUrl(option.url)?.href, "_blank", "noopener");
    return surface.send(block, element, { selected_option: { text: option.text, value: option.value } });
  };
  const items = element.options.map((option) => ({
    label: unescape(option.text.text),
    detail: option.description && unescape(option.description.text),
    run: () => choose(option),
  }));
  const show = () => openMenu(node, items, "More actions");
  const node = h(
    "button.button.button-icon",
    {
      type: "button",
      "aria-haspopup": "menu",
      "aria-label": "More actions",
      title: "More actions",
      onclick: show,
    },
    icon("more"),
  );
  return node;
}
