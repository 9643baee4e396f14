// A page that shows a kept plan: the one of the address, else the one of what is seen, else the newest.

import { api, at } from "./api.js";
import { html, useEffect, useState } from "./html.js";
import { over } from "./jobs.js";
import { Empty, Failed, Waiting, when } from "./pieces.js";
import { say } from "./words.js";

const same = (run, study, changes, scenario) =>
  run.study_version === study.version && run.scenario === scenario && JSON.stringify([...run.changes].sort()) === JSON.stringify([...changes].sort());

export const called = (run) => run.name || `${run.title} · ${when(run.made_at)}`;

// Plans that these pages began by themselves: of each question one, so that a failed one is not begun again.
const begun = new Set();

function Making({ job }) {
  const { work } = job;
  return html`<div class="making" role="status"><p><b>${say("run_making")}</b> ${say("run_making_hint")}</p>
    <p class="quiet">${work?.state === "queued" || !work ? say("queued") : work.said || say("working")}</p>
    <progress max="1" value=${work?.share ?? undefined} aria-label=${say("run_making")}></progress></div>`;
}

export function RunPage({ page, props, runs }) {
  const { study, changes, scenario, view, may, job, question } = props;
  const [found, setFound] = useState({ list: null, run: null, error: null });
  const [tries, setTries] = useState(0);
  const key = JSON.stringify([study.id, view.run, runs, tries]);
  useEffect(() => {
    let left = false;
    const asked = view.run ? api.get(at("runs", view.run)).then((run) => ({ list: [run], run })) : api.get("/runs", { study: study.id })
      .then((list) => ({ list: list?.runs ?? list, run: null }));
    asked.then((got) => left || setFound({ ...got, error: null }))
      .catch((error) => left || setFound({ list: null, run: null, error }));
    return () => {
      left = true;
    };
  }, [key]);
  const none = found.list !== null && !found.list.length && !view.run;
  const wanted = JSON.stringify(question);
  const mine = none && may && job.looked && !job.work && !job.error && !begun.has(wanted);
  useEffect(() => {
    if (!mine) return;
    begun.add(wanted);
    job.keep("");
  }, [mine, wanted]);
  if (found.error) return html`<${Failed} error=${found.error} again=${() => setTries(tries + 1)} />`;
  if (!found.list) return html`<${Waiting} />`;
  const newest = [...found.list].sort((a, b) => (a.made_at < b.made_at ? 1 : -1));
  const run = found.run ?? newest.find((r) => same(r, study, changes, scenario)) ?? newest[0];
  const keep = may && html`<button type="button" class="strong" onClick=${() => job.keep("")}>${say("run_new")}</button>`;
  if (!run && may && !job.error && (!job.work || !over(job.work) || job.work.state === "done")) return html`<h2>${say(page.id)}</h2><${Making} job=${job} />`;
  if (!run) return html`<h2>${say(page.id)}</h2><${Empty} text=${say("run_none")}>${keep}<//>`;
  const ours = same(run, study, changes, scenario);
  return html`<div class=${`run-note ${ours ? "" : "other"}`} role="note">
      <span>${ours ? say("run_now") : say("run_other", { name: called(run) })}</span> ${!ours && keep}
    </div>
    <${page.Component} ...${props} run=${run} key=${run.id} />`;
}
