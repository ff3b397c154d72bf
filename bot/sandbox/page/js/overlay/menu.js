import { h, walkWithArrows } from "../dom.js";
import { icon } from "../icons.js";
import { closePopover, openPopover } from "./popover.js";

/** A menu of commands: `[{label, detail?, icon?, run}]`; `null` draws a line between. */
export function openMenu(anchor, items, label, { top = null } = {}) {
  const menu = h("div.menu", { role: "menu", "aria-label": label }, items.map(row));
  walkWithArrows(menu, "[role=menuitem]");
  openPopover(anchor, [top, menu], { align: "end", className: "menu-popover" });
  menu.querySelector("[role=menuitem]")?.focus();
}

function row(item) {
  if (!item) return h("hr", { role: "separator" });
  const choose = () => {
    closePopover();
    item.run();
  };
  const detail = item.detail ? h("span.menu-detail", {}, item.detail) : null;
  return h(
    "button.menu-item",
    { type: "button", role: "menuitem", onclick: choose },
    item.icon ? icon(item.icon) : null,
    h("span", {}, item.label, detail),
  );
}
