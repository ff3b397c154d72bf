/**
 * Builds DOM nodes. Text children become text nodes, so nothing that came from outside can turn into markup.
 * `h("button.primary", {type: "button", onclick: press}, "Save")`
 */
export function h(tag, props, ...children) {
  const [name, ...classes] = tag.split(".");
  const node = document.createElement(name);
  node.classList.add(...classes);
  for (const [key, value] of Object.entries(props ?? {})) assign(node, key, value);
  node.append(...present(children));
  return node;
}

/** Replaces everything inside `node`. */
export function fill(node, ...children) {
  node.replaceChildren(...present(children));
  return node;
}

function present(children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
}

function assign(node, key, value) {
  if (value === null || value === undefined || value === false) return;
  if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
  else if (key === "class") node.classList.add(...value.split(" ").filter(Boolean));
  else if (key === "data") Object.assign(node.dataset, value);
  else if (key === "vars")
    for (const [name, text] of Object.entries(value)) node.style.setProperty(name, text);
  else if (key === "value") node.value = value;
  else node.setAttribute(key, value === true ? "" : value);
}

let last = 0;

/** An id unique on the page, to tie labels and descriptions to controls. */
export function uniqueId(prefix) {
  last += 1;
  return `${prefix}-${last}`;
}

/** Up and down arrows walk over what matches `selector` inside `container`; Home and End jump. */
export function walkWithArrows(container, selector) {
  container.addEventListener("keydown", (event) => {
    const stops = [...container.querySelectorAll(selector)].filter((stop) => !stop.hidden && !stop.disabled);
    const here = stops.indexOf(document.activeElement);
    const next = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: stops.length - 1 }[event.key];
    const typing = document.activeElement.matches("input") && ["Home", "End"].includes(event.key);
    if (next === undefined || typing || !stops.length) return;
    event.preventDefault();
    stops[(next + stops.length) % stops.length].focus();
  });
}

export const onPhone = () => matchMedia("(max-width: 760px)").matches;
