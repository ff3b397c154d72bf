import { onActorChange, rememberActor, rememberedActor } from "./actor.js";
import * as api from "./api.js";
import { channelPane } from "./channel.js";
import { fill, h } from "./dom.js";
import { homePane } from "./home.js";
import { listen, reload } from "./live.js";
import { startModals } from "./modal/modal.js";
import { plantStrip } from "./narration.js";
import { follow, startRouting } from "./route.js";
import { startSidebar } from "./sidebar.js";
import { channelById, conversationName, conversations, people, state, update, watch } from "./store.js";
import { startTabs } from "./tabs.js";
import { startThread } from "./thread.js";
import { keepTime } from "./time.js";
import { startTicking } from "./timestamps.js";

const THE_APP = "andon";
const root = document.getElementById("app");
const panes = { channel: channelPane(), home: homePane() };
let place = null;

/** Draws the page, becomes somebody, goes to the place in the address and listens. */
async function start() {
  fill(document.getElementById("main"), plantStrip(), Object.values(panes));
  startSidebar(document.getElementById("sidebar"));
  startThread(document.getElementById("thread"));
  startTabs(document.getElementById("tabs"));
  startModals();
  watch(["workspace"], keepTime);
  watch(["workspace"], stayWhereOneMayBe);
  watch(["route", "actor"], showPlace);
  watch(["workspace", "route"], nameTheTab);
  onActorChange(become);
  startTicking();
  await firstWorkspace();
  startRouting();
  listen();
  await reload("views");
}

/** The app itself knows who is there; the person of last time may be of another workspace. */
async function firstWorkspace() {
  update({ workspace: await api.fetchWorkspace(THE_APP) });
  const remembered = people().find((user) => user.id === rememberedActor());
  const actor = (remembered ?? people()[0])?.id;
  if (!actor) throw new api.ApiError("There is nobody in this workspace yet.");
  state.actor = actor;
  update({ workspace: await api.fetchWorkspace(actor) });
}

async function become(actor) {
  rememberActor(actor);
  state.actor = actor;
  listen();
  update({ messages: null, thread: null, home: null, views: [] });
  update({ workspace: await api.fetchWorkspace(actor) });
  place = null;
  update({ actor });
  await reload("views");
}

function stayWhereOneMayBe() {
  const { screen, channel } = state.route;
  if (state.actor && screen === "channel" && !channelById(channel) && conversations().length) follow();
}

function showPlace() {
  const { screen, channel, thread } = state.route;
  root.dataset.screen = thread ? "thread" : screen;
  panes.channel.hidden = screen === "home";
  panes.home.hidden = screen !== "home";
  const here = [state.actor, channel, thread].join("/");
  if (here === place) return;
  place = here;
  reload("messages");
  reload("thread");
}

function nameTheTab() {
  const { screen, channel } = state.route;
  const waiting = conversations().reduce((sum, one) => sum + (one.is_im ? one.unread : one.mentions), 0);
  const where = screen === "home" ? "Home" : conversationName(channelById(channel));
  document.title = `${waiting ? `(${waiting}) ` : ""}${where ? `${where} · ` : ""}Andon sandbox`;
}

start().catch((error) => {
  const words = people().length ? error.message : `${error.message} Reload the page when it runs.`;
  fill(root, h("p.empty", { role: "alert" }, words));
});
