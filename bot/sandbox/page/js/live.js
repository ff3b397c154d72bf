import * as api from "./api.js";
import { state, update } from "./store.js";
import { toast } from "./overlay/toast.js";

/** Reads parts of the workspace again when the server says that they changed. */
const loaders = {
  workspace: async () => ({ workspace: await api.fetchWorkspace(state.actor) }),
  views: async () => ({ views: (await api.fetchViews(state.actor)).views }),
  home: async () => ({ home: (await api.fetchHome(state.actor)).view }),
  messages: async () => {
    const { channel } = state.route;
    return { messages: { channel, list: (await api.fetchMessages(state.actor, channel)).messages } };
  },
  thread: async () => {
    const { channel, thread } = state.route;
    return {
      thread: { channel, ts: thread, list: (await api.fetchThread(state.actor, channel, thread)).messages },
    };
  },
};

const AFFECTED = {
  message: ["messages", "thread", "workspace"],
  thread: ["messages", "thread", "workspace"],
  ephemeral: ["messages", "thread"],
  reaction: ["messages", "thread"],
  view: ["views"],
  home: ["home"],
  channels: ["workspace"],
  narration: ["workspace"],
};

const DEBOUNCE_MS = 60;
const wanted = new Set();
let timer = null;
let stream = null;

const shown = {
  messages: () => state.route.screen === "channel" && state.route.channel,
  thread: () => state.route.screen === "channel" && state.route.thread,
};

/** Loads one part now. An answer that comes after the person or the place changed is thrown away. */
export async function reload(part) {
  if (shown[part] && !shown[part]()) return;
  const before = place();
  try {
    const changes = await loaders[part]();
    if (before === place()) update(changes);
  } catch (error) {
    if (state.online) toast(error.message, "error");
  }
}

const place = () => [state.actor, state.route.channel, state.route.thread].join("/");

function soon(parts) {
  parts.forEach((part) => wanted.add(part));
  timer ??= setTimeout(() => {
    const due = [...wanted];
    timer = null;
    wanted.clear();
    due.forEach(reload);
  }, DEBOUNCE_MS);
}

function concerns({ kind, channel }) {
  const elsewhere = channel && channel !== state.route.channel;
  const parts = AFFECTED[kind] ?? [];
  return elsewhere ? parts.filter((part) => part !== "messages" && part !== "thread") : parts;
}

/**
 * Listens as the acting person. The browser reconnects by itself. Whenever the line opens everything is read again:
 * what happened before it was open was told to nobody.
 */
export function listen() {
  stream?.close();
  stream = new EventSource(api.streamUrl(state.actor));
  stream.onmessage = (event) => soon(concerns(JSON.parse(event.data)));
  stream.onerror = () => update({ online: false });
  stream.onopen = () => {
    soon(Object.keys(loaders));
    update({ online: true });
  };
}
