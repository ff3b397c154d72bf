import { h } from "../dom.js";

const two = (number) => String(number).padStart(2, "0");

/** Epoch seconds as the browser's own "2026-11-03T14:05", in the reader's time zone. */
function localText(epoch) {
  const at = new Date(epoch * 1000);
  const day = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join("-");
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** The browser's own pickers: familiar, reachable by keyboard, and large on a phone. */
function picker(type, initial, valueOf) {
  return (element, block, surface) => {
    const control = h("input.input.picker", {
      type,
      value: initial(element) ?? "",
      "aria-label": element.placeholder?.text ?? type,
    });
    const read = () => valueOf(control.value || null);
    control.addEventListener("change", () => surface.changed(block, element, read()));
    surface.add(block, element, {
      node: control,
      read,
      keep: () => control.value,
      restore: (old) => (control.value = old),
      problem: () => (control.value || block.optional ? null : "Please choose a value."),
    });
    return control;
  };
}

export const dateField = picker(
  "date",
  (element) => element.initial_date,
  (text) => ({ selected_date: text }),
);
export const timeField = picker(
  "time",
  (element) => element.initial_time,
  (text) => ({ selected_time: text }),
);
export const dateTimeField = picker(
  "datetime-local",
  (element) => element.initial_date_time && localText(element.initial_date_time),
  (text) => ({ selected_date_time: text ? Math.floor(new Date(text).getTime() / 1000) : null }),
);
