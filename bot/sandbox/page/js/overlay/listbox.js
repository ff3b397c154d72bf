import { fill, h, onPhone, walkWithArrows } from "../dom.js";
import { icon } from "../icons.js";
import { avatar } from "../people.js";
import { closePopover, openPopover } from "./popover.js";

const SEARCH_FROM = 8;

/**
 * A list to choose from. Single choice closes at once; several are toggled until the list is closed.
 * `onchoose(ids)` is called after every change.
 */
export function openListbox(anchor, { rows, chosen, multiple, limit, label, onchoose }) {
  let ids = [...chosen];
  const list = h("div.listbox", {
    role: "listbox",
    "aria-label": label,
    "aria-multiselectable": String(multiple),
  });
  const search = h("input.input.listbox-search", {
    type: "search",
    placeholder: "Search",
    "aria-label": "Search",
    oninput: show,
  });

  function show() {
    const wanted = search.value.trim().toLowerCase();
    const found = rows.filter((row) => row.label.toLowerCase().includes(wanted));
    fill(list, found.length ? withGroups(found) : h("p.listbox-none", {}, "Nothing found"));
  }

  const withGroups = (found) =>
    found.flatMap((row, index) => {
      const opens = row.group && row.group !== found[index - 1]?.group;
      return [opens ? h("p.listbox-group", {}, row.group) : null, option(row)];
    });

  function option(row) {
    const picked = ids.includes(row.id);
    const detail = row.detail ? h("span.menu-detail", {}, row.detail) : null;
    const face = row.person ? avatar(row.person, "small") : null;
    const attributes = {
      type: "button",
      role: "option",
      "aria-selected": String(picked),
      onclick: () => take(row.id),
    };
    return h(
      "button.menu-item",
      attributes,
      face,
      h("span", {}, row.label, detail),
      picked ? icon("check") : null,
    );
  }

  function take(id) {
    if (multiple) ids = ids.includes(id) ? ids.filter((other) => other !== id) : [...ids, id].slice(0, limit);
    else ids = [id];
    onchoose(ids);
    if (!multiple) return closePopover();
    const here = [...list.querySelectorAll("[role=option]")].indexOf(document.activeElement);
    show();
    return list.querySelectorAll("[role=option]")[here]?.focus();
  }

  const panel = h("div", {}, h("p.sheet-title", {}, label), rows.length >= SEARCH_FROM ? search : null, list);
  walkWithArrows(panel, "input, [role=option]");
  show();
  const popover = openPopover(anchor, panel, { className: "listbox-popover" });
  popover?.style.setProperty("--anchor-width", `${anchor.offsetWidth}px`);
  const first = onPhone() ? "[role=option]" : "input, [role=option]";
  (list.querySelector("[aria-selected=true]") ?? panel.querySelector(first))?.focus();
}
