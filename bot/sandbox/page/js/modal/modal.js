import * as api from "../api.js";
import { showErrors } from "../blocks/input.js";
import { fill, h } from "../dom.js";
import { icon } from "../icons.js";
import { reload } from "../live.js";
import { failure } from "../overlay/toast.js";
import { state, watch } from "../store.js";
import { textObject } from "../text/mrkdwn.js";
import { carryOver, createForm, problems } from "./form.js";

const forms = new Map();
const title = h("h2.dialog-title", { id: "modal-title" });
const close = h(
  "button.icon-button",
  { type: "button", "aria-label": "Close", onclick: closeTop },
  icon("close"),
);
const trouble = h("p.trouble", { role: "alert", hidden: true });
const body = h("div.dialog-body");
const actions = h("footer.dialog-actions");
const frame = h(
  "form.modal-form",
  { novalidate: true, onsubmit: submit },
  h("header.dialog-head", {}, title, close),
  trouble,
  body,
  actions,
);
const dialog = h("dialog.dialog.modal", { "aria-labelledby": "modal-title" }, frame);

/** The stack of modals of the acting person; only the one on top is shown. */
export function startModals() {
  document.body.append(dialog);
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    closeTop();
  });
  watch(["views"], show);
}

const top = () => state.views.at(-1);

function show() {
  const view = top();
  for (const id of forms.keys()) if (!state.views.some((other) => other.id === id)) forms.delete(id);
  if (!view) return dialog.close();
  const form = formOf(view);
  if (body.firstChild !== form.node) present(view, form);
  if (!dialog.open) dialog.showModal();
  return undefined;
}

function formOf(view) {
  const old = forms.get(view.id);
  const form = createForm(view);
  if (old?.signature === form.signature) return old;
  if (old) carryOver(old, form);
  forms.set(view.id, form);
  return form;
}

function present(view, form) {
  const focused = document.activeElement?.closest?.("[data-action]")?.dataset.action;
  const pushed = dialog.dataset.view !== view.id;
  dialog.dataset.view = view.id;
  fill(title, textObject(view.title));
  fill(body, form.node);
  fill(
    actions,
    button("button", view.close, state.views.length > 1 ? "Back" : "Cancel"),
    view.submit ? button("submit", view.submit) : null,
  );
  trouble.hidden = true;
  if (pushed) body.scrollTop = 0;
  requestAnimationFrame(() => focusIn(form.node, pushed ? null : focused));
}

function focusIn(node, action) {
  const again = action && node.querySelector(`[data-action="${CSS.escape(action)}"]`);
  (again || node.querySelector("[autofocus], input, textarea, .select") || close).focus({
    preventScroll: true,
  });
}

function button(type, text, otherwise = "Close") {
  const look = type === "submit" ? "button-primary" : "";
  const attributes = { type, class: look, onclick: type === "button" ? closeTop : null };
  return h("button.button", attributes, text ? textObject(text) : otherwise);
}

async function submit(event) {
  event.preventDefault();
  const form = forms.get(top()?.id);
  if (!form?.view.submit || frame.getAttribute("aria-busy") === "true") return;
  const missing = problems(form);
  showErrors(form.node, missing);
  if (Object.keys(missing).length) return;
  await ask(async () => {
    const answer = await api.submitView(form.view.id, { as: state.actor, values: form.surface.values() });
    if (answer.errors && Object.keys(answer.errors).length) showErrors(form.node, answer.errors);
    return answer;
  });
}

function closeTop() {
  if (top()) ask(() => api.closeView(top().id, state.actor));
}

/** Holds the form still while the app is asked, and says it in the form when that fails. */
async function ask(request) {
  frame.setAttribute("aria-busy", "true");
  try {
    const answer = await request();
    say(answer.ok === false && !answer.errors ? failure(answer.error) : null);
    if (answer.ok !== false) await reload("views");
  } catch (error) {
    say(error.message);
  } finally {
    frame.removeAttribute("aria-busy");
  }
}

function say(text) {
  trouble.textContent = text ?? "";
  trouble.hidden = !text;
}
