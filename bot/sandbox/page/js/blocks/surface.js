import { confirmed } from "../overlay/confirm.js";

const keyOf = (block, element) => `${block.block_id}/${element.action_id}`;

/**
 * What blocks stand on: a message, the Home tab or a modal. It knows the fields that can be filled in, and where
 * a press goes. `post(action, state)` sends an action; its promise ends when the app answered.
 */
export function createSurface(post) {
  const fields = new Map();

  /** A field is `{read, problem?, node, restore?}`; `read` gives the value as Slack's view state holds it. */
  function add(block, element, field) {
    fields.set(keyOf(block, element), { block, element, problem: () => null, ...field });
  }

  async function send(block, element, value) {
    if (element.confirm && !(await confirmed(element.confirm))) return;
    const { type, action_id } = element;
    await post({ type, action_id, block_id: block.block_id, ...value }, values());
  }

  /** A changed input speaks only when its block asks for it; elsewhere every change is an action. */
  function changed(block, element, value) {
    const silent = block.type === "input" && !block.dispatch_action;
    return silent ? Promise.resolve() : send(block, element, value);
  }

  function values() {
    const all = {};
    for (const { block, element, read } of fields.values()) {
      all[block.block_id] ??= {};
      all[block.block_id][element.action_id] = { type: element.type, ...read() };
    }
    return all;
  }

  return { fields, add, send, changed, values };
}
