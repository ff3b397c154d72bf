import { drawFrame, frameOf } from "../charts/frame.js";
import { MARKS } from "../charts/marks.js";
import { drawPie, percent } from "../charts/pie.js";
import { readable } from "../charts/reader.js";
import { figure } from "../charts/scale.js";
import { svg } from "../charts/svg.js";
import { fill, h } from "../dom.js";
import { plain } from "../text/inline.js";

const HEIGHT = 190;

/** A `data_visualization` block. It is drawn anew whenever its width changes, so that words keep their size. */
export function chartBlock({ title, chart }) {
  const canvas = svg("svg.chart-canvas", { height: HEIGHT, role: "img", "aria-label": inWords(title, chart) });
  const heading = h("figcaption.chart-title", {}, plain(title));
  if (chart.type === "pie") return pie(heading, canvas, chart.segments);
  let frame = null;
  canvas.setAttribute("tabindex", 0);
  whenWide(canvas, (width) => {
    frame = frameOf(chart, width, HEIGHT);
    fill(canvas, ...[drawFrame(frame), MARKS[chart.type](chart.series, frame)].flat(Infinity));
  });
  const unit = chart.axis_config.y_label;
  const names = chart.series.map(({ name }, index) => key(name, index));
  const legend = h("div.chart-legend", {}, names, unit ? h("span.chart-unit", {}, `in ${unit}`) : null);
  const below = chart.axis_config.x_label ? h("p.chart-axis", {}, chart.axis_config.x_label) : null;
  const reading = readable(canvas, chart.series, () => frame);
  return h("figure.chart", { data: { kind: chart.type } }, heading, legend, canvas, below, reading);
}

function pie(heading, canvas, segments) {
  const total = segments.reduce((sum, { value }) => sum + value, 0);
  whenWide(canvas, (width) => fill(canvas, drawPie(segments, width, HEIGHT)));
  const names = segments.map(({ label, value }, index) => key(`${label} ${percent(value, total)}`, index));
  return h("figure.chart", { data: { kind: "pie" } }, heading, h("div.chart-legend", {}, names), canvas);
}

const key = (name, index) =>
  h("span.chart-name", {}, h("i.chart-key", { data: { series: (index % 6) + 1 } }), name);

function whenWide(canvas, draw) {
  let drawn = 0;
  new ResizeObserver(() => {
    if (!canvas.clientWidth || canvas.clientWidth === drawn) return;
    drawn = canvas.clientWidth;
    draw(drawn);
  }).observe(canvas);
}

function inWords(title, { type, series, segments }) {
  const parts = segments
    ? segments.map(({ label, value }) => `${label} ${figure(value)}`)
    : series.map(({ name, data }) => `${name} from ${figure(data[0].value)} to ${figure(data.at(-1).value)}`);
  return `${title}, ${type} chart: ${parts.join("; ")}`;
}
