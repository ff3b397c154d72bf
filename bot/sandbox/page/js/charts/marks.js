import { figure } from "./scale.js";
import { svg } from "./svg.js";

const BARS_SHARE = 0.72;

/** What each type of chart draws for its series. */
export const MARKS = {
  line: (series, frame) => series.map((each, index) => line(each, index, frame)).reverse(),
  area: (series, frame) => series.map((each, index) => [surface(each, index, frame), line(each, index, frame)]),
  bar: (series, frame) => series.map((each, index) => bars(each, index, series.length, frame)),
};

const colorOf = (index) => ({ "data-series": (index % 6) + 1 });

const pathOver = (data, frame) =>
  data.map((point, at) => `${at ? "L" : "M"}${frame.x(at)},${frame.y(point.value)}`).join("");

/** The first series has its points marked: it is what was measured. */
function line({ data, name }, index, frame) {
  const path = svg("path.chart-line", { d: pathOver(data, frame) });
  const dots = index ? [] : data.map((point, at) => dot(point, name, at, frame));
  return svg("g", colorOf(index), path, dots);
}

const dot = (point, name, at, frame) =>
  svg("circle.chart-dot", { cx: frame.x(at), cy: frame.y(point.value), r: 2.8 }, words(point, name));

function surface({ data }, index, frame) {
  const [first, last] = [frame.x(0), frame.x(data.length - 1)];
  const d = `${pathOver(data, frame)}L${last},${frame.y(0)}L${first},${frame.y(0)}Z`;
  return svg("path.chart-surface", { d, ...colorOf(index) });
}

function bars({ data, name }, index, count, frame) {
  const width = (frame.slot * BARS_SHARE) / count;
  const start = (at) => frame.x(at) - (frame.slot * BARS_SHARE) / 2 + index * width;
  return svg(
    "g",
    colorOf(index),
    data.map((point, at) => {
      const [top, bottom] = [Math.max(point.value, 0), Math.min(point.value, 0)].map(frame.y);
      const box = { x: start(at), y: top, width: Math.max(width - 1.5, 1), height: Math.max(bottom - top, 1) };
      return svg("rect.chart-bar", { ...box, rx: 2 }, words(point, name));
    }),
  );
}

const words = (point, name) => svg("title", {}, `${name}, ${point.label}: ${figure(point.value)}`);
