/** Everything the page shows, in one place. Parts are replaced whole; watchers of a part are told. */
export const state = {
  actor: null,
  workspace: null,
  route: { screen: "channel", channel: null, thread: null, focus: null },
  messages: null,
  thread: null,
  views: [],
  home: null,
  online: true,
};

const watchers = [];

/** Calls `render` whenever one of the named parts is replaced. */
export function watch(parts, render) {
  watchers.push({ parts, render });
}

export function update(changes) {
  Object.assign(state, changes);
  const changed = Object.keys(changes);
  for (const { parts, render } of watchers) {
    if (parts.some((part) => changed.includes(part))) render();
  }
}

export const me = () => state.workspace?.me ?? null;
export const userById = (id) => state.workspace?.users.find((user) => user.id === id) ?? null;
export const conversations = () => [...(state.workspace?.channels ?? []), ...(state.workspace?.ims ?? [])];
export const channelById = (id) => conversations().find((channel) => channel.id === id) ?? null;
export const people = () =>
  (state.workspace?.users ?? []).filter((user) => !user.is_bot && !user.deactivated);
export const displayName = (user) => user?.real_name || user?.name || "Somebody";

/** What a conversation is called: its channel name, or the person at the other end. */
export function conversationName(channel) {
  if (!channel) return "";
  return channel.is_im ? displayName(userById(channel.user)) : channel.name;
}
