/** The server of the sandbox, one function per request. Times are Slack's ts strings; `as` is a user id. */
export class ApiError extends Error {}

const ROOT = "/sandbox/api";

async function request(path, options) {
  let response;
  try {
    response = await fetch(`${ROOT}${path}`, options);
  } catch {
    throw new ApiError("The sandbox cannot be reached. Is the demo still running?");
  }
  const body = await response.json().catch(() => null);
  const refused = !response.ok && options?.method !== "POST";
  if (body === null || refused) throw new ApiError(`The sandbox answered ${response.status} to ${path}.`);
  return body;
}

const get = (path, params) => request(`${path}?${new URLSearchParams(params)}`);

const post = (path, body) =>
  request(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

export const fetchWorkspace = (as) => get("/workspace", { as });
export const fetchMessages = (as, channel) => get(`/channels/${channel}/messages`, { as });
export const fetchThread = (as, channel, ts) => get(`/channels/${channel}/threads/${ts}`, { as });
export const fetchViews = (as) => get("/views", { as });
export const fetchHome = (as) => get("/home", { as });
export const streamUrl = (as) => `${ROOT}/stream?${new URLSearchParams({ as })}`;

export const say = (body) => post("/messages", body);
export const act = (body) => post("/actions", body);
export const react = (body) => post("/reactions", body);
export const useShortcut = (body) => post("/shortcuts", body);
export const submitView = (id, body) => post(`/views/${id}/submit`, body);
export const closeView = (id, as) => post(`/views/${id}/close`, { as });
export const openHome = (as) => post("/home", { as });
export const markRead = (as, channel) => post("/read", { as, channel });
