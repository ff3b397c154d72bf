import { svg } from "./svg.js";

const TURN = 2 * Math.PI;

/** The slices of a pie, clockwise from the top. */
export function drawPie(segments, width, height) {
  const total = segments.reduce((sum, { value }) => sum + value, 0);
  const radius = height / 2 - 6;
  const [cx, cy] = [width / 2, height / 2];
  const on = (share) => [cx + radius * Math.sin(share * TURN), cy - radius * Math.cos(share * TURN)].join(",");
  let from = 0;
  return segments.map(({ label, value }, index) => {
    const to = from + value / total;
    const words = svg("title", {}, `${label}: ${percent(value, total)}`);
    const look = { "data-series": (index % 6) + 1 };
    const whole = { cx, cy, r: radius, ...look };
    const d = `M${cx},${cy}L${on(from)}A${radius},${radius} 0 ${to - from > 0.5 ? 1 : 0} 1 ${on(to)}Z`;
    from = to;
    return value === total
      ? svg("circle.chart-slice", whole, words)
      : svg("path.chart-slice", { d, ...look }, words);
  });
}

export const percent = (value, total) => `${Math.round((100 * value) / total)} %`;
