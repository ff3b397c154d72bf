import { conversations, conversationName, displayName, people, state } from "../store.js";
import { unescape } from "../text/entities.js";

/** A row of a list to choose from: `{id, label, detail?, group?, raw}`; `raw` is what goes into the state. */
const fromOption = (group) => (option) => ({
  id: option.value,
  label: unescape(option.text.text),
  detail: option.description && unescape(option.description.text),
  group,
  raw: option,
});

function staticRows({ options, option_groups: groups }) {
  if (!groups) return (options ?? []).map(fromOption(null));
  return groups.flatMap((group) => group.options.map(fromOption(unescape(group.label.text))));
}

const userRows = () =>
  people().map((user) => ({
    id: user.id,
    label: displayName(user),
    detail: user.title,
    person: user,
    raw: user.id,
  }));

const conversationRow = (channel) => ({
  id: channel.id,
  label: channel.is_im ? conversationName(channel) : `#${conversationName(channel)}`,
  raw: channel.id,
});

const channelRows = () =>
  state.workspace.channels.filter((channel) => !channel.is_archived).map(conversationRow);

function conversationRows({ filter }) {
  const kinds = filter?.include ?? ["im", "public", "private"];
  const kindOf = (channel) => (channel.is_im ? "im" : channel.is_private ? "private" : "public");
  return conversations()
    .filter((channel) => !channel.is_archived && kinds.includes(kindOf(channel)))
    .map(conversationRow);
}

/** Per kind: its rows, and the names that Slack gives to the choice and to the choice made beforehand. */
const KINDS = {
  static_select: [staticRows, "selected_option", "initial_option"],
  multi_static_select: [staticRows, "selected_options", "initial_options"],
  users_select: [userRows, "selected_user", "initial_user"],
  multi_users_select: [userRows, "selected_users", "initial_users"],
  conversations_select: [conversationRows, "selected_conversation", "initial_conversation"],
  multi_conversations_select: [conversationRows, "selected_conversations", "initial_conversations"],
  channels_select: [channelRows, "selected_channel", "initial_channel"],
  multi_channels_select: [channelRows, "selected_channels", "initial_channels"],
};

/** `{rows, multiple, initial: ids, value(rows)}` of a select element. */
export function selectKind(element) {
  const [rowsOf, chosenKey, initialKey] = KINDS[element.type];
  const multiple = element.type.startsWith("multi_");
  const initial = [element[initialKey] ?? []].flat().map((choice) => choice.value ?? choice);
  const value = (rows) => ({ [chosenKey]: multiple ? rows.map((row) => row.raw) : (rows[0]?.raw ?? null) });
  return { rows: rowsOf(element), multiple, initial, value };
}
