import { fill, h } from "./dom.js";
import { avatar } from "./people.js";
import { displayName, people, state } from "./store.js";
import { emojiNames } from "./text/emoji.js";
import { emojiNode } from "./text/inline.js";

const MOST = 6;
const starts = (text, typed) => text.toLowerCase().startsWith(typed.toLowerCase());

/** Each source: the pattern before the caret, and rows `{insert, face, label, detail}` for what it caught. */
const commandSource = [
  /^(\/\S*)$/,
  (typed) =>
    commands()
      .filter(({ command }) => starts(command, typed))
      .map(commandRow),
];
const SOURCES = [
  [
    /(?:^|\s)@([\p{L}.]*)$/u,
    (typed) =>
      people()
        .filter((user) => matches(user, typed))
        .slice(0, MOST)
        .map(personRow),
  ],
  [/(?:^|\s):([a-z0-9_+-]{2,})$/, (typed) => emojiNames(typed, MOST).map(emojiRow)],
];

const commands = () => state.workspace.commands ?? [];
const matches = (user, typed) =>
  displayName(user)
    .split(" ")
    .some((word) => starts(word, typed)) || starts(user.name, typed);
const commandRow = ({ command, description, usage }) => ({
  insert: `${command} `,
  label: command,
  hint: usage,
  detail: description,
});
const personRow = (user) => ({
  insert: `@${displayName(user)} `,
  face: avatar(user, "tiny"),
  label: displayName(user),
  detail: user.title,
});
const emojiRow = (name) => ({ insert: `:${name}: `, face: emojiNode(name), label: `:${name}:` });

/** Offers slash commands, people and emoji above the composer. `take(event)` accepts the marked one, if any. */
export function suggest(form, box, { commands: withCommands }) {
  const panel = h("div.suggestions", { role: "listbox", "aria-label": "Suggestions", hidden: true });
  const sources = withCommands ? [commandSource, ...SOURCES] : SOURCES;
  let rows = [];
  let marked = 0;
  let typed = "";
  form.append(panel);

  function look() {
    const before = box.value.slice(0, box.selectionStart);
    rows = [];
    for (const [pattern, find] of sources) {
      const caught = before.match(pattern);
      if (caught && !rows.length) [rows, typed] = [find(caught[1]), caught[0].trimStart()];
    }
    marked = 0;
    show(before);
  }

  function show(before) {
    const usage = withCommands && !rows.length ? usageOf(before) : null;
    panel.hidden = !rows.length && !usage;
    fill(
      panel,
      usage,
      rows.map((row, index) => option(row, index === marked, () => accept(row))),
    );
  }

  function accept({ insert }) {
    const caret = box.selectionStart;
    box.setRangeText(insert, caret - typed.length, caret, "end");
    box.focus();
    box.dispatchEvent(new Event("input"));
  }

  function take(event) {
    if (!rows.length || rows[marked].insert.trim() === typed) return false;
    event.preventDefault();
    accept(rows[marked]);
    return true;
  }

  function steer(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape" && !panel.hidden) [rows, panel.hidden] = [[], true];
    else if (event.key === "Tab" && rows.length) take(event);
    else if (step && rows.length) marked = (marked + step + rows.length) % rows.length;
    else return;
    event.preventDefault();
    if (step) show("");
  }

  box.addEventListener("input", look);
  box.addEventListener("keydown", steer);
  box.addEventListener("blur", () => setTimeout(() => (panel.hidden = true), 150));
  return { take };
}

function option({ face, label, hint, detail }, marked, onclick) {
  const attributes = {
    type: "button",
    role: "option",
    tabindex: -1,
    "aria-selected": String(marked),
    onclick,
  };
  return h(
    "button.menu-item",
    attributes,
    face,
    h(
      "span",
      {},
      h("strong", {}, label),
      hint ? h("code.usage", {}, hint) : null,
      detail ? h("span.menu-detail", {}, detail) : null,
    ),
  );
}

/** While a command is being written, how it is used. */
function usageOf(before) {
  const known = commands().find(({ command }) => before.startsWith(`${command} `));
  return known?.usage
    ? h("p.usage-line", {}, h("strong", {}, known.command), h("code.usage", {}, known.usage))
    : null;
}
