/**
 * Makes `container` hold exactly the given items, in order, and touches only what changed.
 * An item is `{key, signature, face, build}`; `face` is the part of it whose change is worth a glance. A node with
 * the same key and signature is kept as it is, so a half-chosen value or the keyboard focus in it survive.
 */
export function reconcile(container, items) {
  const old = new Map([...container.children].map((child) => [child.dataset.key, child]));
  items.forEach((item, index) => {
    const node = reuse(old.get(item.key), item);
    old.delete(item.key);
    if (container.children[index] !== node) container.insertBefore(node, container.children[index] ?? null);
  });
  for (const gone of old.values()) gone.remove();
}

function reuse(existing, item) {
  if (existing?.signature === item.signature) return existing;
  const node = item.build();
  node.dataset.key = item.key;
  Object.assign(node, { signature: item.signature, face: item.face });
  if (existing) {
    node.classList.toggle("updated", existing.face !== item.face);
    const focus = focusedControl(existing);
    existing.replaceWith(node);
    if (focus) node.querySelector(focus)?.focus({ preventScroll: true });
  }
  return node;
}

function focusedControl(node) {
  const focused = document.activeElement;
  if (!node.contains(focused) || !focused.dataset.action) return null;
  return `[data-action="${CSS.escape(focused.dataset.action)}"]`;
}
