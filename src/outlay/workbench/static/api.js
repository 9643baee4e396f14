// The server's interface for this page: requests, their errors in the user's words, event streams.

const ROOT = "/api/v1";

export class Refused extends Error {
  // status 0: the server did not answer. problems: [{what, where, value, allowed, hint}].
  constructor(status, problems, body = {}, wait = 0) {
    super(problems[0]?.what ?? `status ${status}`);
    Object.assign(this, { status, problems, body, wait });
  }
}

let csrf = "";

const urlOf = (path, query) => {
  const asked = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null && one !== "") asked.append(name, one);
    }
  }
  const text = asked.toString();
  return `${ROOT}${path}${text ? `?${text}` : ""}`;
};

async function refusal(answer) {
  const text = await answer.text().catch(() => "");
  let body = {};
  try {
    body = JSON.parse(text);
  } catch {
    // not ours: a proxy's page, or nothing
  }
  const problems = Array.isArray(body?.errors) && body.errors.length
    ? body.errors
    : [{ what: `${answer.status} ${answer.statusText}`.trim(), where: "", value: "", allowed: "", hint: "" }];
  return new Refused(answer.status, problems, body, Number(answer.headers.get("Retry-After")) || 0);
}

async function asked(method, path, { query, body, raw, type, version, signal, accept } = {}) {
  const headers = { Accept: accept ?? "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (type) headers["Content-Type"] = type;
  if (version !== undefined) headers["If-Match"] = `"${version}"`;
  if (csrf && method !== "GET") headers["X-CSRF-Token"] = csrf;
  let answer;
  try {
    answer = await fetch(urlOf(path, query), {
      method, headers, signal, credentials: "same-origin",
      body: body === undefined ? raw : JSON.stringify(body),
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refused(0, []);
  }
  if (!answer.ok) throw await refusal(answer);
  return answer;
}

const json = async (...args) => {
  const answer = await asked(...args);
  return answer.status === 204 ? null : answer.json();
};

export const at = (...parts) => parts.map((p) => `/${encodeURIComponent(p)}`).join("");

export const api = {
  get: (path, query, options) => json("GET", path, { query, ...options }),
  post: (path, body, options) => json("POST", path, { body, ...options }),
  put: (path, version, body) => json("PUT", path, { version, body }),
  patch: (path, body) => json("PATCH", path, { body }),
  remove: (path, version) => json("DELETE", path, { version }),
  send: (path, raw, type, query) => json("POST", path, { raw, type, query }),
  // A page of a list, and after which row the next begins (empty: this is the last).
  list: async (path, query, options) => {
    const answer = await asked("GET", path, { query, ...options });
    const after = /[?&]after=([^&>]+)/.exec(answer.headers.get("Link") ?? "");
    return { rows: await answer.json(), next: after ? decodeURIComponent(after[1]) : "" };
  },
  text: async (path, query, signal) =>
    (await asked("GET", path, { query, signal, accept: "text/html" })).text(),
  url: urlOf,
  stream,
  // Who is let in; also what a changing request must carry.
  me: async () => {
    const who = await json("GET", "/me");
    csrf = who?.csrf ?? "";
    return who;
  },
};

// Events of a stream until it ends, each as ({event, data}). Aborting the signal closes it.
async function stream(path, query, onEvent, signal) {
  const answer = await asked("GET", path, { query, signal, accept: "text/event-stream" });
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let left = "";
  for (;;) {
    let read;
    try {
      read = await reader.read();
    } catch (error) {
      if (error.name === "AbortError") throw error;
      throw new Refused(0, []);
    }
    if (read.done) return;
    left = (left + read.value).replace(/\r\n?/g, "\n");
    const blocks = left.split("\n\n");
    left = blocks.pop();
    for (const block of blocks) {
      const found = { event: "message", data: "" };
      for (const line of block.split("\n")) {
        if (line.startsWith("event:")) found.event = line.slice(6).trim();
        else if (line.startsWith("data:")) found.data += line.slice(5).trim();
      }
      if (!found.data && found.event === "message") continue; // a comment that keeps the line open
      let data = null;
      try {
        data = found.data ? JSON.parse(found.data) : null;
      } catch {
        data = found.data;
      }
      if (onEvent({ event: found.event, data }) === false) {
        await reader.cancel().catch(() => {});
        return;
      }
    }
  }
}
