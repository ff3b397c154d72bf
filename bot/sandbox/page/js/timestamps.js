import { h } from "./dom.js";
import { ago, capital, clock, fillTokens } from "./time.js";

const REFRESH_MS = 15_000;
const exact = (epoch) => new Date(epoch * 1000).toLocaleString();

/** A `<time>` whose text follows the clock: "today" turns into "yesterday", "in 4 min" into "in 3 min". */
function ticking(epoch, kind, data, text) {
  const node = h("time", { datetime: new Date(epoch * 1000).toISOString(), title: exact(epoch), data });
  node.dataset.epoch = epoch;
  node.dataset.ticks = kind;
  node.textContent = text;
  return node;
}

export const agoNode = (epoch) => ticking(epoch, "ago", {}, ago(epoch));

/** The node of `<!date^…>`; `sentence` is true where it opens a line and so begins with a capital. */
export function dateNode(epoch, template, { sentence = false } = {}) {
  const data = { template, ...(sentence ? { sentence: "yes" } : {}) };
  return ticking(epoch, "date", data, dateText(epoch, template, sentence));
}

/** The time of a message: a link to it. */
export const stampNode = (ts, href) =>
  h("a.stamp", { href, title: exact(Number(ts)) }, h("time", {}, clock(Number(ts))));

const dateText = (epoch, template, sentence) => {
  const text = fillTokens(template, epoch);
  return sentence ? capital(text) : text;
};

function refresh() {
  for (const node of document.querySelectorAll("time[data-ticks]")) {
    const epoch = Number(node.dataset.epoch);
    const { template, sentence, ticks } = node.dataset;
    const text = ticks === "ago" ? ago(epoch) : dateText(epoch, template, Boolean(sentence));
    if (node.textContent !== text) node.textContent = text;
  }
}

export const startTicking = () => setInterval(refresh, REFRESH_MS);
