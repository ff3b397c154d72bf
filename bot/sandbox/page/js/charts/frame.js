import { between, briefly, labelsWithRoom, ticksOver } from "./scale.js";
import { svg } from "./svg.js";

const MARGIN = { top: 14, bottom: 22, right: 14 };

/** Where things are: pixels of a chart of this size, whose values stand over categories. */
export function frameOf({ type, series, axis_config: axes }, width, height) {
  const values = series.flatMap(({ data }) => data.map((point) => point.value));
  const ticks = ticksOver(values, { withZero: type !== "line" });
  const left = 12 + Math.max(...ticks.map((tick) => briefly(tick).length)) * 6.6;
  const plot = { left, right: width - MARGIN.right, top: MARGIN.top, bottom: height - MARGIN.bottom };
  const slot = (plot.right - plot.left) / axes.categories.length;
  const x = (index) => plot.left + slot * (index + 0.5);
  const y = between([ticks[0], ticks.at(-1)], [plot.bottom, plot.top]);
  const indexAt = (pixel) =>
    Math.min(Math.max(Math.floor((pixel - plot.left) / slot), 0), axes.categories.length - 1);
  return { ...plot, ticks, slot, x, y, indexAt, categories: axes.categories, yLabel: axes.y_label ?? "" };
}

/** The grid with its figures, and the labels that there is room for. */
export const drawFrame = (frame) => [
  frame.ticks.map((tick) => [
    svg("line.chart-grid", { x1: frame.left, x2: frame.right, y1: frame.y(tick), y2: frame.y(tick) }),
    svg("text.chart-tick", { x: frame.left - 7, y: frame.y(tick) + 4, "text-anchor": "end" }, briefly(tick)),
  ]),
  labelsWithRoom(frame.categories, frame.right - frame.left).map((index) => label(frame, index)),
];

/** Under its point, but never beyond the edge. */
function label(frame, index) {
  const words = frame.categories[index];
  const half = words.length * 3.2;
  const middle = Math.min(Math.max(frame.x(index), half), frame.right + MARGIN.right - half);
  return svg("text.chart-tick", { x: middle, y: frame.bottom + 17, "text-anchor": "middle" }, words);
}
