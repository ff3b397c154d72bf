import { state } from "./store.js";

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const hour12 = new Intl.DateTimeFormat(navigator.language, { hour: "numeric" }).resolvedOptions().hour12;
const format = (options) => new Intl.DateTimeFormat("en-US", options);
const CLOCK = format({ hour: "numeric", minute: "2-digit", hour12 });
const CLOCK_SECONDS = format({ hour: "numeric", minute: "2-digit", second: "2-digit", hour12 });
const MONTH_DAY = { month: "long", day: "numeric" };

let skew = 0;

/** The sandbox may run on a clock of its own; all "ago" and "today" are relative to that clock. */
export function keepTime() {
  if (state.workspace?.now) skew = state.workspace.now - Date.now() / 1000;
}

export const now = () => Date.now() / 1000 + skew;
export const clock = (epoch) => CLOCK.format(epoch * 1000);
export const clockSeconds = (epoch) => CLOCK_SECONDS.format(epoch * 1000);

/** Whole calendar days between the given moment and now: −1 is yesterday. */
function daysFromToday(epoch) {
  const midnight = (seconds) => new Date(seconds * 1000).setHours(0, 0, 0, 0);
  return Math.round((midnight(epoch) - midnight(now())) / (DAY * 1000));
}

function pretty(epoch, otherwise) {
  return { "-1": "yesterday", 0: "today", 1: "tomorrow" }[daysFromToday(epoch)] ?? otherwise(epoch);
}

function ordinal(day) {
  if (day >= 11 && day <= 13) return `${day}th`;
  return `${day}${{ 1: "st", 2: "nd", 3: "rd" }[day % 10] ?? "th"}`;
}

function longDate(epoch, options) {
  const parts = format(options).formatToParts(epoch * 1000);
  return parts.map(({ type, value }) => (type === "day" ? ordinal(Number(value)) : value)).join("");
}

const numeric = (epoch) => {
  const date = new Date(epoch * 1000);
  const two = (number) => String(number).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
};
const thisYear = (epoch) => new Date(epoch * 1000).getFullYear() === new Date(now() * 1000).getFullYear();
const year = (epoch) => (thisYear(epoch) ? {} : { year: "numeric" });
const date = (epoch) => longDate(epoch, { ...MONTH_DAY, year: "numeric" });
const short = (epoch) => format({ month: "short", day: "numeric", year: "numeric" }).format(epoch * 1000);
const long = (epoch) => longDate(epoch, { weekday: "long", ...MONTH_DAY, year: "numeric" });

/** "in 4 min", "12 min ago"; coarse on purpose. */
export function ago(epoch) {
  const distance = Math.abs(epoch - now());
  if (distance < MINUTE) return epoch > now() ? "in under a minute" : "just now";
  const [amount, unit] =
    distance < HOUR
      ? [distance / MINUTE, "min"]
      : distance < DAY
        ? [distance / HOUR, "h"]
        : [distance / DAY, "d"];
  const text = `${Math.floor(amount)} ${unit}`;
  return epoch > now() ? `in ${text}` : `${text} ago`;
}

export const dayLabel = (epoch) =>
  capital(pretty(epoch, (then) => longDate(then, { weekday: "long", ...MONTH_DAY, ...year(then) })));

/** Slack's date tokens, by name. */
const TOKENS = {
  date_num: numeric,
  date_slash: (epoch) => numeric(epoch).replaceAll("-", "/"),
  date,
  date_short: short,
  date_long: long,
  date_long_full: long,
  date_pretty: (epoch) => pretty(epoch, date),
  date_short_pretty: (epoch) => pretty(epoch, short),
  date_long_pretty: (epoch) => pretty(epoch, long),
  day_divider_pretty: (epoch) =>
    pretty(epoch, (then) => longDate(then, { weekday: "long", ...MONTH_DAY, ...year(then) })),
  time: clock,
  time_secs: clockSeconds,
  ago,
};

/** Fills `{date_short_pretty} at {time}`; a token that nobody knows stays as it is. */
export const fillTokens = (template, epoch) =>
  template.replace(/\{(\w+)\}/g, (whole, name) => TOKENS[name]?.(epoch) ?? whole);

export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
