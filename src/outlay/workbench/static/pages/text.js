// The study as it is written: edit, save as a new version, older versions, and what to do in conflict.

import { api, at } from "../api.js";
import { Conflict } from "../conflict.js";
import { html, useEffect, useState } from "../html.js";
import { Failed, when } from "../pieces.js";
import { say } from "../words.js";

const KEY = "outlay.draft.";
const drafts = {
  // What is written and not saved outlives a reload; a browser that keeps nothing loses nothing else.
  get: (id) => {
    try {
      return JSON.parse(window.sessionStorage.getItem(KEY + id));
    } catch {
      return null;
    }
  },
  set: (id, draft) => {
    try {
      if (draft) window.sessionStorage.setItem(KEY + id, JSON.stringify(draft));
      else window.sessionStorage.removeItem(KEY + id);
    } catch {
      // kept in the page alone
    }
  },
};

function Component({ study, view, go, may, onStudy }) {
  const kept = drafts.get(study.id);
  const [text, setText] = useState(kept?.text ?? study.text);
  const [from, setFrom] = useState(kept?.version ?? study.version);
  const [error, setError] = useState(null);
  const [said, setSaid] = useState("");
  const [busy, setBusy] = useState(false);
  const [versions, setVersions] = useState([]);
  const newest = versions.length ? Math.max(...versions.map((v) => v.version)) : study.version;
  const old = view.version > 0 && view.version < newest;
  const unsaved = text !== study.text;
  useEffect(() => {
    api.get(`${at("studies", study.id)}/versions`).then((found) => setVersions(found?.versions ?? found)).catch(() => {});
  }, [study.id, study.version]);
  useEffect(() => {
    if (!drafts.get(study.id)) {
      setText(study.text);
      setFrom(study.version);
    }
  }, [study.id, study.version]);
  const write = (next) => {
    setText(next);
    setSaid("");
    drafts.set(study.id, next === study.text ? null : { text: next, version: from });
  };
  const settle = (held, line) => {
    drafts.set(study.id, null);
    setText(held.text);
    setFrom(held.version);
    setError(null);
    setSaid(line);
    onStudy();
    if (view.version) go({ version: 0 });
  };
  const save = async (version) => {
    setBusy(true);
    setError(null);
    try {
      const held = await api.put(at("studies", study.id), version, { text });
      settle({ ...held, text: held.text || text }, say("saved", { n: held.version }));
    } catch (found) {
      setError(found);
    }
    setBusy(false);
  };
  return html`<h2>${say("text")}</h2>
    ${old && html`<p class="run-note other">${say("older", { n: view.version })} <button type="button" onClick=${() => {
      drafts.set(study.id, null);
      go({ version: 0 });
    }}>${say("newest")}</button></p>`}
    ${error?.status === 412
      ? html`<${Conflict} error=${error} onTheirs=${(current) => settle(current, "")} onMine=${(current) => save(current.version)} />`
      : error && html`<${Failed} error=${error} />`}
    <label for="study-text" class="hidden">${say("text_label")}</label>
    <textarea id="study-text" spellcheck=${false} wrap="off" value=${text} readOnly=${!may}
      onInput=${(e) => write(e.currentTarget.value)}
      onKeyDown=${(e) => {
        if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === "s") {
          e.preventDefault();
          if (unsaved && may) save(from);
        }
      }}></textarea>
    <p class="form-end">
      ${may && html`<button type="button" id="save-study" class="strong" disabled=${busy || !unsaved} onClick=${() => save(from)}>${say("save")}</button>
        <button type="button" disabled=${!unsaved} onClick=${() => {
          drafts.set(study.id, null);
          setText(study.text);
          setFrom(study.version);
          setError(null);
        }}>${say("discard")}</button>`}
      <span role="status" class="quiet">${said || (unsaved ? say("unsaved") : "")}</span>
    </p>
    <h3>${say("versions")}</h3>
    <ol class="versions" reversed>${[...versions].sort((a, b) => b.version - a.version).map((v) => html`<li key=${v.version}>
      <a href=${`#/s/${encodeURIComponent(study.id)}/text${v.version === newest ? "" : `?version=${v.version}`}`} aria-current=${v.version === study.version ? "true" : null}>${say("version", { n: v.version })}</a>
      <span class="quiet"> ${say("saved_by", { when: when(v.updated_at), who: v.updated_by })}</span>
    </li>`)}</ol>`;
}

export const page = { id: "text", title: "text", Component };
