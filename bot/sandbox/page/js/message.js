import * as api from "./api.js";
import { fileNode } from "./blocks/image.js";
import { renderBlocks } from "./blocks/blocks.js";
import { createSurface } from "./blocks/surface.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { attachmentNode } from "./message_attachment.js";
import { addTools } from "./message_menu.js";
import { reactions } from "./message_reactions.js";
import { orToast } from "./overlay/toast.js";
import { avatar } from "./people.js";
import { linkTo } from "./route.js";
import { displayName, state, userById } from "./store.js";
import { mrkdwn } from "./text/mrkdwn.js";
import { threadBar } from "./thread_bar.js";
import { stampNode } from "./timestamps.js";

const CARD_BLOCKS = new Set(["header", "actions"]);

/** Whether a message is a card: it stands in a frame of its own. */
export const isCard = (message) =>
  Boolean(message.bot && message.blocks?.some((block) => CARD_BLOCKS.has(block.type)));

/**
 * One message. `compact`: it continues the one above, so author and picture are left out.
 * `inThread`: it is shown in the thread panel. `ondismiss`: takes an ephemeral away.
 */
export function messageNode(message, { channel, compact, inThread, ondismiss }) {
  const author = userById(message.user);
  const href = linkTo(channel, message.ts, message.thread_ts);
  const body = h(
    "div.message-body",
    {},
    message.ephemeral ? onlyYou(ondismiss) : null,
    compact ? null : head(author, message, href),
    content(message, channel),
    message.ephemeral ? null : reactions(message, channel),
    inThread || !message.reply_count ? null : threadBar(message, channel),
  );
  const gutter = h("div.message-gutter", {}, compact ? stampNode(message.ts, href) : avatar(author));
  const node = h(
    "article.message",
    { class: looks(message, compact), data: { ts: message.ts } },
    gutter,
    body,
  );
  if (!message.ephemeral) addTools(node, message, { channel, inThread, href });
  return node;
}

function looks(message, compact) {
  const classes = {
    compact,
    ephemeral: message.ephemeral,
    "for-me": !message.ephemeral && concernsMe(message),
    "is-card": isCard(message),
  };
  return Object.keys(classes)
    .filter((name) => classes[name])
    .join(" ");
}

const concernsMe = (message) => JSON.stringify([message.text, message.blocks]).includes(`<@${state.actor}`);

function head(author, message, href) {
  return h(
    "header.message-head",
    {},
    h("strong", {}, displayName(author)),
    message.bot ? h("span.app-badge", {}, "app") : null,
    stampNode(message.ts, href),
    message.edited && isCard(message) ? h("span.edited", {}, "updated") : null,
  );
}

const onlyYou = (ondismiss) =>
  h(
    "p.only-you",
    {},
    icon("eye"),
    "Only visible to you",
    h("button.link-button", { type: "button", onclick: ondismiss }, "Dismiss"),
  );

function content(message, channel) {
  const post = (action, values) =>
    orToast(api.act({ as: state.actor, channel, message_ts: message.ts, action, state: { values } }));
  const surface = createSurface(post);
  const edited = message.edited && !isCard(message) ? h("span.edited", {}, "(edited)") : null;
  return h(
    "div.message-content",
    {},
    message.deleted ? h("em.edited", {}, message.text) : null,
    message.blocks?.length
      ? renderBlocks(message.blocks, surface)
      : mrkdwn(message.deleted ? "" : (message.text ?? "")),
    (message.attachments ?? []).map((attachment) => attachmentNode(attachment, surface)),
    (message.files ?? []).map(fileNode),
    edited,
  );
}
