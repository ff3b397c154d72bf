import * as api from "../api.js";
import { renderBlocks } from "../blocks/blocks.js";
import { createSurface } from "../blocks/surface.js";
import { orToast } from "../overlay/toast.js";
import { state } from "../store.js";

/** What is drawn of a view; its state and hash change while somebody fills it in. */
const signatureOf = ({ title, blocks, submit, close }) => JSON.stringify([title, blocks, submit, close]);

/** The fields of one view. `signature` changes with its content, so an unchanged form is never rebuilt. */
export function createForm(view) {
  const post = (action, values) =>
    orToast(api.act({ as: state.actor, view_id: view.id, action, state: { values } }));
  const surface = createSurface(post);
  return { view, signature: signatureOf(view), surface, node: renderBlocks(view.blocks, surface) };
}

/** What was typed stays when the app redraws the view, for every field that is still there under the same name. */
export function carryOver(from, to) {
  for (const [key, field] of to.surface.fields) {
    const old = from.surface.fields.get(key);
    if (old?.element.type === field.element.type) field.restore(old.keep());
  }
}

/** What is plainly missing or malformed, by block, before the app is asked at all. */
export function problems(form) {
  const found = {};
  for (const field of form.surface.fields.values()) {
    const problem = field.block.type === "input" ? field.problem() : null;
    if (problem) found[field.block.block_id] = problem;
  }
  return found;
}
