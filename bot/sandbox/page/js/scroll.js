import { h } from "./dom.js";

const NEAR_PX = 40;

/**
 * A list that scrolls like a chat: whoever is at the bottom stays there; whoever reads further up keeps the line
 * before their eyes, whatever is added or grows. `onmove(pinned)` tells when the bottom is reached or left.
 */
export function createScroller({ label, onmove = () => {} }) {
  const list = h("div.list", { role: "log", "aria-label": label, "aria-live": "polite" });
  const node = h("div.scroller", { tabindex: 0 }, list);
  let pinned = true;
  let held = 0;

  function settle(atBottom) {
    const moved = pinned !== atBottom;
    pinned = atBottom;
    if (moved) onmove(pinned);
  }

  function toBottom() {
    node.scrollTop = node.scrollHeight;
    held = node.scrollTop;
    settle(true);
  }

  node.addEventListener("scroll", () =>
    settle(node.scrollHeight - node.scrollTop - node.clientHeight < NEAR_PX),
  );
  /** Somebody may have scrolled up with the event still to come; growing content never lessens scrollTop. */
  function stillPinned() {
    if (pinned && node.scrollTop < held - NEAR_PX) settle(false);
    return pinned;
  }

  const observer = new ResizeObserver(() => stillPinned() && toBottom());
  observer.observe(list);
  observer.observe(node);

  function change(apply) {
    const anchor = stillPinned() ? null : firstVisible();
    apply();
    if (pinned) toBottom();
    else if (anchor) node.scrollTop += topOf(anchor.key) - anchor.top;
  }

  function firstVisible() {
    const edge = node.getBoundingClientRect().top;
    const row = [...list.children].find((child) => child.getBoundingClientRect().bottom > edge);
    return row ? { key: row.dataset.key, top: row.getBoundingClientRect().top } : null;
  }

  function topOf(key) {
    const row = [...list.children].find((child) => child.dataset.key === key);
    return row?.getBoundingClientRect().top ?? 0;
  }

  function reveal(row) {
    settle(false);
    row.scrollIntoView({ block: "center" });
    row.classList.remove("revealed");
    requestAnimationFrame(() => row.classList.add("revealed"));
  }

  return { node, list, change, toBottom, reveal, isPinned: () => pinned };
}
