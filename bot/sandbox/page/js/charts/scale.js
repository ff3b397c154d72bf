const TICKS = 4;

const EXACT = new Intl.NumberFormat("en-US", { maximumFractionDigits: 3 });
const SHORT = new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 2 });

/** A value as people write it. */
export const figure = (value) => EXACT.format(value);

/** The same where there is little room. */
export const briefly = (value) => (Math.abs(value) >= 100_000 ? SHORT : EXACT).format(value);

/** Round numbers that span the values, from below the least to above the greatest. */
export function ticksOver(values, { withZero }) {
  const least = Math.min(...values, ...(withZero ? [0] : []));
  const greatest = Math.max(...values, ...(withZero ? [0] : []));
  const step = niceStep((greatest - least || Math.abs(greatest) || 1) / TICKS);
  const first = Math.floor(least / step);
  const last = Math.max(Math.ceil(greatest / step), first + 1);
  return Array.from({ length: last - first + 1 }, (_, index) => tidy((first + index) * step));
}

/** 1, 2, 2.5 or 5 times a power of ten, at least as large as asked for. */
function niceStep(rough) {
  const power = 10 ** Math.floor(Math.log10(rough));
  const times = [1, 2, 2.5, 5, 10].find((each) => each * power >= rough * 0.999);
  return (times ?? 10) * power;
}

const tidy = (value) => Number(value.toPrecision(12));

/** Maps a range of values onto a range of pixels. */
export const between = ([from, to], [start, end]) => {
  const span = to - from || 1;
  return (value) => start + ((value - from) / span) * (end - start);
};

/** Which labels stand under the axis: the last, and as many before it as there is room for. */
export function labelsWithRoom(labels, width) {
  const widest = Math.max(...labels.map((label) => label.length)) * 6.4 + 26;
  const every = Math.max(1, Math.ceil((labels.length * widest) / Math.max(width, 1)));
  return labels.flatMap((_, index) => ((labels.length - 1 - index) % every ? [] : [index]));
}
