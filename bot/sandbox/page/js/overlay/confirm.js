import { h, uniqueId } from "../dom.js";
import { textObject } from "../text/mrkdwn.js";

/** Asks before something that cannot be undone. Resolves to true or false; Escape means no. */
export function confirmed({ title, text, confirm, deny, style }) {
  const titleId = uniqueId("confirm");
  const answer = (value) => () => dialog.close(value);
  const look = style === "danger" ? "button-danger-solid" : "button-primary";
  const dialog = h(
    "dialog.dialog.dialog-small",
    { "aria-labelledby": titleId },
    h("h2.dialog-title", { id: titleId }, textObject(title)),
    h("div.dialog-body", {}, textObject(text)),
    h(
      "footer.dialog-actions",
      {},
      h("button.button", { type: "button", onclick: answer("") }, textObject(deny)),
      h(
        "button.button",
        { type: "button", class: look, onclick: answer("yes"), autofocus: true },
        textObject(confirm),
      ),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
  });
}
