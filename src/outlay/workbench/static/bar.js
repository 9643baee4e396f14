// The bar below every page of a study: undo and redo, the link, keeping the plan with its progress.

import { api, at } from "./api.js";
import { html, useEffect, useRef, useState } from "./html.js";
import { over, watch } from "./jobs.js";
import { say } from "./words.js";

async function copied() {
  const link = window.location.href;
  try {
    await navigator.clipboard.writeText(link);
    return true;
  } catch {
    window.prompt(say("copy_this"), link); // no right to the clipboard: the reader copies it
    return false;
  }
}

function Job({ work, error, onCancel, onClose, onOpen }) {
  if (error) return html`<span class="job" role="alert">${say("failed")}: ${error.problems?.[0]?.what || say("gone")} <button type="button" onClick=${onClose}>${say("close")}</button></span>`;
  if (!work) return null;
  const ended = over(work);
  const line = {
    done: say("kept"), cancelled: say("cancelled"), interrupted: `${say("interrupted")} ${work.why}`,
    failed: `${say("failed")}: ${work.why}`, queued: say("queued"), running: work.said || say("keeping"),
  }[work.state];
  return html`<span class=${`job job-${work.state}`} role="status">
    <span>${line}</span>
    ${!ended && html`${work.share !== null && html`<progress max="1" value=${work.share} aria-label=${say("keeping")}></progress>`}
      <button type="button" onClick=${onCancel}>${say("cancel")}</button>`}
    ${ended && html`${work.state === "done" && work.result && html`<button type="button" class="strong" onClick=${() => onOpen(work.result)}>${say("open_run")}</button>`}
      <button type="button" onClick=${onClose}>${say("close")}</button>`}
  </span>`;
}

export function useJob(study, question, onKept) {
  const [job, setJob] = useState({ work: null, error: null });
  const [looked, setLooked] = useState(""); // the study whose work under way is known
  const abort = useRef(null);
  const follow = (id) => {
    abort.current?.abort();
    abort.current = new AbortController();
    watch(id, (work) => {
      setJob({ work, error: null });
      if (work.state === "done") onKept(work.result);
    }, abort.current.signal).catch((error) => setJob({ work: null, error }));
  };
  useEffect(() => {
    setJob({ work: null, error: null });
    let left = false;
    if (study) {
      // what was begun before this page was opened, or in another tab
      api.get("/works", { study, kind: "plan" }).then((found) => {
        const mine = found.find((w) => !over(w));
        if (left) return;
        if (mine) {
          setJob({ work: mine, error: null });
          follow(mine.id);
        }
        setLooked(study);
      }).catch(() => {});
    }
    return () => {
      left = true;
      abort.current?.abort();
    };
  }, [study]);
  const keep = async (name) => {
    try {
      const work = await api.post(`${at("studies", study)}/plans`, {
        set: question.sets, ...(question.scenario ? { scenario: question.scenario } : {}), ...(name ? { name } : {}),
      });
      setJob({ work, error: null });
      follow(work.id);
    } catch (error) {
      setJob({ work: null, error });
    }
  };
  return {
    ...job, keep, looked: looked === study,
    cancel: () => api.remove(at("works", job.work.id)).catch((error) => setJob({ work: null, error })),
    close: () => setJob({ work: null, error: null }),
  };
}

export function Bar({ state, dispatch, job, may, onOpen }) {
  const [said, setSaid] = useState("");
  const [name, setName] = useState("");
  const n = state.view.changes.length;
  const busy = job.work && !over(job.work);
  return html`<footer class="bar-below" aria-label=${say("bar")}>
    <div class="bar-group">
      <button type="button" id="undo" disabled=${!state.past.length} onClick=${() => dispatch({ type: "undo" })} title="Ctrl+Z">↶ ${say("undo")}</button>
      <button type="button" id="redo" disabled=${!state.future.length} onClick=${() => dispatch({ type: "redo" })} title="Ctrl+Shift+Z">↷ ${say("redo")}</button>
      <span class="quiet" id="n-changes">${n === 0 ? say("no_changes") : n === 1 ? say("one_change") : say("n_changes", { n })}${state.view.scenario ? ` · ${state.view.scenario}` : ""}</span>
      <button type="button" id="clear" disabled=${!n && !state.view.scenario} onClick=${() => dispatch({ type: "clear" })}>${say("clear")}</button>
    </div>
    <div class="bar-group">
      <button type="button" id="copy" onClick=${async () => {
        if (await copied()) {
          setSaid(say("copied"));
          setTimeout(() => setSaid(""), 2000);
        }
      }}>${say("copy")}</button>
      <span role="status" class="quiet">${said}</span>
    </div>
    <div class="bar-group last">
      <${Job} ...${job} onCancel=${job.cancel} onClose=${job.close} onOpen=${onOpen} />
      ${!busy && may && html`<label class="hidden" for="keep-name">${say("keep_name")}</label>
        <input id="keep-name" type="text" maxlength="120" placeholder=${say("keep_name")} value=${name} onInput=${(e) => setName(e.currentTarget.value)} />
        <button type="button" id="keep" class="strong" onClick=${() => {
          job.keep(name.trim());
          setName("");
        }}>${say("keep")}</button>`}
    </div>
  </footer>`;
}
