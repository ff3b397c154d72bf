const SVG = "http://www.w3.org/2000/svg";

/** Stroke paths on a 20 × 20 grid. */
const PATHS = {
  hash: "M4 7.5h12.5M3.5 12.5H16M8.5 3.5 6.5 16.5M13.5 3.5l-2 13",
  lock: "M5 9h10v7.5H5zM7 9V6.5a3 3 0 0 1 6 0V9",
  home: "M3.5 9.5 10 3.8l6.5 5.7M5.2 8.5v7.7h9.6V8.5M8.3 16v-4.4h3.4V16",
  chats: "M3.5 4.5h13v9H9l-3.6 3v-3H3.5z",
  person: "M10 10a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4M3.8 17c.6-3.3 3-5 6.2-5s5.6 1.7 6.2 5",
  back: "M12.5 4.5 7 10l5.5 5.5",
  close: "M5 5l10 10M15 5 5 15",
  down: "M5.5 8 10 12.5 14.5 8",
  updown: "M6.5 7.8 10 4.5l3.5 3.3M6.5 12.2l3.5 3.3 3.5-3.3",
  more: "M4.6 10h.01M10 10h.01M15.4 10h.01",
  reply: "M3.5 4.5h13v9H9l-3.6 3v-3H3.5zM7 9h6",
  link: "M8.5 11.5l3-3M9.5 6.2l1.3-1.3a3.05 3.05 0 0 1 4.3 4.3l-1.3 1.3M10.5 13.8l-1.3 1.3a3.05 3.05 0 0 1-4.3-4.3l1.3-1.3",
  copy: "M7 7h9v9H7zM4.5 13V4.5H13",
  send: "M3.8 4.2 16.8 10 3.8 15.8 5.8 10zM5.8 10h5",
  eye: "M2.5 10S5.3 5 10 5s7.5 5 7.5 5-2.8 5-7.5 5-7.5-5-7.5-5M10 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4",
  check: "M4.5 10.5l3.5 3.5 7.5-8",
  plant: "M3 16.5V8.8l4.5 2.7V8.8l4.5 2.7V4h5v12.5zM6 13.8h1.5M10.2 13.8h1.5",
  bolt: "M11 3 4.5 11.5H9.5L9 17l6.5-8.5H10.5z",
  alert: "M10 3.5 17.3 16H2.7zM10 8.3v3.2M10 13.7h.01",
  outside: "M8 5H4.5v10.5H15V12M11 4h5v5M16 4l-7 7",
  smile: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14M7 11.5c1.5 2.2 4.5 2.2 6 0M7.7 8h.01M12.3 8h.01",
  at: "M13 10a3 3 0 1 1-6 0 3 3 0 0 1 6 0v1.2a2 2 0 0 0 4 0V10a7 7 0 1 0-2.7 5.5",
};

/** A decorative icon; the control around it carries the accessible name. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("icon", `icon-${name}`);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}
