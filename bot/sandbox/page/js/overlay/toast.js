import { h } from "../dom.js";
import { icon } from "../icons.js";

const SHOWN_MS = 7000;
const MOST = 3;

/** A short word at the edge of the page. `kind`: "error" or "info". */
export function toast(text, kind = "info") {
  const region = document.getElementById("toasts");
  if ([...region.children].some((other) => other.dataset.text === text)) return;
  const dismiss = () => {
    node.remove();
    if (!region.children.length && region.matches(":popover-open")) region.hidePopover();
  };
  const close = h(
    "button.icon-button",
    { type: "button", "aria-label": "Dismiss", onclick: dismiss },
    icon("close"),
  );
  const node = h(
    "div.toast",
    { class: `toast-${kind}`, data: { text } },
    icon(kind === "error" ? "alert" : "check"),
    h("p", {}, text),
    close,
  );
  region.append(node);
  while (region.children.length > MOST) region.firstElementChild.remove();
  if (region.matches(":popover-open")) region.hidePopover();
  region.showPopover();
  setTimeout(dismiss, SHOWN_MS);
}

/** Words for what the app did not manage; the server may already give words. */
const WORDS = {
  operation_timeout: "This app didn’t respond in time. Try again in a moment.",
  app_unavailable: "No app is connected to this workspace right now.",
};

export const failure = (error) =>
  WORDS[error] ?? (error?.includes(" ") ? error : `That did not work: ${error ?? "unknown error"}.`);

/** Awaits an answer of the server and says so when it is a refusal. Returns the answer, or null. */
export async function orToast(promise) {
  try {
    const answer = await promise;
    if (answer.ok === false) toast(failure(answer.error), "error");
    return answer;
  } catch (error) {
    toast(error.message, "error");
    return null;
  }
}
