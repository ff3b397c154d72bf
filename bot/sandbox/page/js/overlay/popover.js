import { h, onPhone } from "../dom.js";

const GAP = 6;
const EDGE = 8;
let current = null;

/**
 * Shows `content` beside `anchor`; on a phone as a sheet from the bottom. One is open at a time. It lives inside
 * the dialog of its anchor, because everything outside an open dialog is out of reach. Asking again for the one
 * that is open closes it and returns null.
 */
export function openPopover(anchor, content, { className = "", align = "start", onclose } = {}) {
  const again = current?.anchor === anchor;
  closePopover();
  if (again) return null;
  const node = h(
    "div.popover",
    { popover: "auto", class: `${className} ${onPhone() ? "sheet" : ""}` },
    content,
  );
  (anchor.closest("dialog") ?? document.body).append(node);
  node.addEventListener("toggle", (event) => event.newState === "closed" && gone());
  anchor.setAttribute("aria-expanded", "true");
  current = { node, anchor };
  node.showPopover({ source: anchor });
  if (!onPhone()) place(node, anchor.getBoundingClientRect(), align);

  function gone() {
    const hadFocus = node.contains(document.activeElement) || document.activeElement === document.body;
    anchor.removeAttribute("aria-expanded");
    if (hadFocus) anchor.focus({ preventScroll: true });
    if (current?.node === node) current = null;
    node.remove();
    onclose?.();
  }
  return node;
}

export function closePopover() {
  if (current?.node.matches(":popover-open")) current.node.hidePopover();
}

function place(node, anchor, align) {
  const { offsetWidth: width, offsetHeight: height } = node;
  const below = anchor.bottom + GAP;
  const fits = below + height <= innerHeight - EDGE || anchor.top < innerHeight - anchor.bottom;
  const top = fits ? below : anchor.top - GAP - height;
  const left = align === "end" ? anchor.right - width : anchor.left;
  node.style.top = `${clamp(top, innerHeight - height)}px`;
  node.style.left = `${clamp(left, innerWidth - width)}px`;
}

const clamp = (value, max) => Math.max(EDGE, Math.min(value, max - EDGE));
