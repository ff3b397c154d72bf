const NAMESPACE = "http://www.w3.org/2000/svg";

/** Builds SVG nodes: `svg("line.grid", {x1: 0, x2: 100}, ...)`. Strings become text nodes. */
export function svg(tag, props, ...children) {
  const [name, ...classes] = tag.split(".");
  const node = document.createElementNS(NAMESPACE, name);
  node.classList.add(...classes);
  for (const [key, value] of Object.entries(props ?? {})) node.setAttribute(key, value);
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return node;
}
