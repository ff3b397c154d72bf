import { displayName, people, state } from "./store.js";

const names = (entries) => entries.filter(([name]) => name).sort(([a], [b]) => b.length - a.length);

/** What a person typed, with full names turned into mentions. The server escapes the rest, as Slack does. */
export function encode(text) {
  const mentions = [
    ...names(state.workspace.users.map((user) => [`@${displayName(user)}`, `<@${user.id}>`])),
    ...names(people().map((user) => [`@${user.name}`, `<@${user.id}>`])),
    ...names(
      state.workspace.channels.map((channel) => [`#${channel.name}`, `<#${channel.id}|${channel.name}>`]),
    ),
    ["@here", "<!here>"],
    ["@channel", "<!channel>"],
  ];
  return mentions.reduce((sofar, [typed, sent]) => sofar.replaceAll(wordly(typed), sent), text);
}

const wordly = (typed) =>
  new RegExp(`(?<![\\w<|])${typed.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?![\\w|>])`, "g");
