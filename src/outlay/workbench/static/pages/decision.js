// The decision: the answer at once, exactly when it is, then the first screen of the exact plan.

import { api, at } from "../api.js";
import { Shown } from "../fragment.js";
import { Headline } from "../headline.js";
import { html, useEffect, useRef, useState } from "../html.js";
import { Failed, Waiting } from "../pieces.js";
import { say } from "../words.js";

const MANY = 20;
const known = new Map(); // first screens by their question, for the way back

function keep(key, text) {
  known.set(key, text);
  if (known.size > MANY) known.delete(known.keys().next().value);
}

function First({ study, question, live, language }) {
  const [part, setPart] = useState({ text: "", of: "", error: null });
  const [tries, setTries] = useState(0);
  const abort = useRef(null);
  const key = JSON.stringify([question, language]); // the study, its version and the scenario's are in it
  useEffect(() => {
    if (live.state !== "exact" || live.asked !== JSON.stringify(question) || part.of === key) return undefined;
    if (known.has(key)) {
      setPart({ text: known.get(key), of: key, error: null });
      return undefined;
    }
    const mine = new AbortController();
    abort.current = mine;
    const { version, scenario, sets, currency } = question;
    api.text(`${at("studies", study)}/first`, { tab: live.tab, version: version || "", scenario, set: sets, language, currency }, mine.signal)
      .then((text) => {
        if (text) {
          keep(key, text);
          setPart({ text, of: key, error: null });
        } else if (!mine.signal.aborted) setTimeout(() => setTries((n) => n + 1), 300); // another took its place
      })
      .catch((error) => error.name !== "AbortError" && setPart((p) => ({ ...p, error })));
    return () => mine.abort();
  }, [live.state, live.asked, key, tries]);
  if (part.error && live.state === "exact") return html`<${Failed} error=${part.error} again=${() => setTries(tries + 1)} />`;
  if (!part.text) return live.state === "problem" || live.state === "refused" ? null : html`<${Waiting} text=${say(live.state === "exact" ? "first_made" : "first_wait")} />`;
  const old = part.of !== key;
  return html`<div class=${`first ${old ? "stale" : ""}`} aria-busy=${old ? "true" : "false"}>
    ${old && html`<p class="small">${say("first_old")}</p>`}
    <${Shown} text=${part.text} language=${language} />
  </div>`;
}

function Component({ study, question, live, language }) {
  return html`<${Headline} live=${live} wide />
    <h2 class="hidden">${say("first_screen")}</h2>
    <${First} key=${study.id} study=${study.id} question=${question} live=${live} language=${language} />`;
}

export const page = { id: "decision", title: "decision", Component, own: true };
