import { fill, h } from "../dom.js";
import { figure } from "./scale.js";
import { svg } from "./svg.js";

const GAP = 14;
const STEPS = { ArrowLeft: -1, ArrowRight: 1 };

/**
 * Reading a chart: a pointer, a finger or the arrow keys choose a moment, and a box says what stood there.
 * `frame()` gives the frame as it is drawn now.
 */
export function readable(canvas, series, frame) {
  const box = h("div.chart-reading", { role: "status", hidden: true });
  const guide = svg("line.chart-guide", {});
  let at = null;

  function read(index) {
    const here = frame();
    at = index;
    const x = here.x(index);
    for (const [name, value] of Object.entries({ x1: x, x2: x, y1: here.top, y2: here.bottom }))
      guide.setAttribute(name, value);
    canvas.append(guide);
    const rows = series.map((each, number) => row(each, number, index, here));
    fill(box, h("b", {}, here.categories[index]), rows);
    box.hidden = false;
    const fits = x + GAP + box.offsetWidth <= canvas.clientWidth;
    const edge = canvas.getBoundingClientRect().left - box.parentNode.getBoundingClientRect().left;
    box.style.left = `${edge + (fits ? x + GAP : Math.max(x - GAP - box.offsetWidth, 0))}px`;
  }

  function leave() {
    at = null;
    box.hidden = true;
    guide.remove();
  }

  const follow = (event) => read(frame().indexAt(event.clientX - canvas.getBoundingClientRect().left));
  canvas.addEventListener("pointermove", follow);
  canvas.addEventListener("pointerdown", follow);
  canvas.addEventListener("pointerleave", leave);
  canvas.addEventListener("blur", leave);
  canvas.addEventListener("keydown", (event) => {
    if (event.key === "Escape") leave();
    if (!(event.key in STEPS)) return;
    event.preventDefault();
    const last = frame().categories.length - 1;
    read(at === null ? last : Math.min(Math.max(at + STEPS[event.key], 0), last));
  });
  return box;
}

const row = ({ name, data }, number, index, { yLabel }) =>
  h(
    "span.chart-reading-row",
    {},
    h("i.chart-key", { data: { series: (number % 6) + 1 } }),
    h("span", {}, name),
    h("b", {}, `${figure(data[index].value)} ${yLabel}`.trim()),
  );
