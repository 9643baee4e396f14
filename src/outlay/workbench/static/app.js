// The page: its frame, its pages, and what ties them: one state, its address, one live answer.

import { api, at } from "./api.js";
import { Bar, useJob } from "./bar.js";
import { announced, Headline } from "./headline.js";
import { html, render, useCallback, useEffect, useErrorBoundary, useLayoutEffect, useMemo, useReducer, useRef, useState } from "./html.js";
import { Live, QUIET } from "./live.js";
import { Failed, Waiting } from "./pieces.js";
import { grouped, Inputs } from "./rows.js";
import { RunPage } from "./shown.js";
import { addressOf, begun, reduce, setsOf, viewOf } from "./state.js";
import { held as heldSteps, keep as keepSteps } from "./steps.js";
import { has, LANGUAGES, say, speak } from "./words.js";

const OF_STUDY = ["decision", "inputs", "scenarios", "tree", "sites", "money", "evidence", "sweeps", "text"];
const OF_ALL = ["studies", "runs", "compare", "catalogue", "trail"];
const OF_RUN = ["tree", "sites", "money"];

// An address may come as a path too (/s/ID/decision?set=…): it is taken behind the # once.
const here = () => viewOf(
  window.location.hash || (window.location.pathname.startsWith("/s/") ? window.location.pathname + window.location.search : ""),
);

// The state and the address follow each other: a page that one goes to is a step of the browser's
// own Back; a change is not, for that is what undo takes back.
function useView() {
  const [state, dispatch] = useReducer(reduce, null, () => begun(here(), heldSteps()));
  useEffect(() => keepSteps(state), [state]);
  const last = useRef(state.view);
  useEffect(() => {
    const address = addressOf(state.view);
    const before = last.current;
    last.current = state.view;
    const shown = window.location.pathname === "/" && window.location.hash !== "" && addressOf(here()) === address;
    // On the first run the address is newer than the view, should somebody have gone on meanwhile.
    const first = before === state.view && window.location.pathname === "/" && window.location.hash !== "";
    if (shown || first) return;
    const page = before.page !== state.view.page || before.study !== state.view.study;
    window.history[page ? "pushState" : "replaceState"](null, "", `/#${address}`);
  }, [state.view]);
  useLayoutEffect(() => {
    const follow = () => dispatch({ type: "address", address: window.location.hash });
    window.addEventListener("popstate", follow);
    window.addEventListener("hashchange", follow);
    return () => {
      window.removeEventListener("popstate", follow);
      window.removeEventListener("hashchange", follow);
    };
  }, []);
  return [state, dispatch];
}

function useFetched(ask, keys) {
  const [found, setFound] = useState({ value: null, error: null, of: "" });
  const [tries, setTries] = useState(0);
  const of = JSON.stringify(keys);
  useEffect(() => {
    let left = false;
    const wanted = ask();
    if (!wanted) return undefined;
    wanted.then((value) => left || setFound({ value, error: null, of }))
      .catch((error) => left || setFound({ value: null, error, of }));
    return () => {
      left = true;
    };
  }, [of, tries]);
  const again = useCallback(() => setTries((n) => n + 1), []);
  return { value: found.of === of ? found.value : null, error: found.of === of ? found.error : null, again };
}

function useKeys(dispatch) {
  useEffect(() => {
    const pressed = (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
      const writes = event.target.closest?.("input:not([type=range]):not([type=checkbox]), textarea, select");
      if (writes && writes.dataset.clean !== "yes") return; // its own undo
      const key = event.key.toLowerCase();
      const redo = (key === "z" && event.shiftKey) || (key === "y" && !event.shiftKey);
      if (key !== "z" && !redo) return;
      event.preventDefault();
      dispatch({ type: redo ? "redo" : "undo" });
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, []);
}

function useLive(question, hurry) {
  const [live, setLive] = useState(QUIET);
  const of = useRef(null);
  of.current ??= new Live(setLive);
  const key = JSON.stringify(question);
  useEffect(() => {
    if (!question) {
      of.current.stop();
      return undefined;
    }
    // Once a frame; a page that nobody looks at has no frames, and asks a little later.
    let done = false;
    const ask = () => {
      if (done) return;
      done = true;
      of.current.ask(question, { hurry });
    };
    const frame = requestAnimationFrame(ask);
    const later = setTimeout(ask, 100);
    return () => {
      done = true;
      cancelAnimationFrame(frame);
      clearTimeout(later);
    };
  }, [key, hurry]);
  useEffect(() => () => of.current.stop(), []);
  return live;
}

// Whether the answer stands above the sliders: then it is shown once more where they are moved.
const NARROW = "(max-width: 900px)";

function useNarrow() {
  const [narrow, setNarrow] = useState(() => window.matchMedia(NARROW).matches);
  useEffect(() => {
    const query = window.matchMedia(NARROW);
    const follow = () => setNarrow(query.matches);
    query.addEventListener("change", follow);
    return () => query.removeEventListener("change", follow);
  }, []);
  return narrow;
}

// Where one was in a study, for the way back from pages that are of none.
let left = null;

function Nav({ view, dispatch, held }) {
  if (held) left = { address: addressOf(view), title: held.title };
  const link = (id, study) => {
    const to = { page: id, study, version: 0, run: OF_RUN.includes(id) ? view.run : "" };
    const target = study ? { ...view, ...to, about: "" } : viewOf(`/${id}`);
    return html`<a href=${`#${addressOf(target)}`} aria-current=${view.page === id ? "page" : null}
      onClick=${(e) => {
        if (e.ctrlKey || e.metaKey || e.shiftKey || e.button) return;
        e.preventDefault();
        dispatch(study ? { type: "go", to } : { type: "address", address: `/${id}` });
      }}>${say(id)}</a>`;
  };
  return html`<nav aria-label=${say("nav")}>
    ${!view.study && left && html`<div class="of-study"><a href=${`#${left.address}`}>← ${left.title}</a></div>`}
    ${view.study && html`<div class="of-study">${OF_STUDY.map((id) => link(id, view.study))}</div>`}
    <div class="of-all">${OF_ALL.map((id) => link(id, ""))}</div>
  </nav>`;
}

function usePage(id) {
  const [found, setFound] = useState({ id: "", page: null, error: false });
  useEffect(() => {
    let left = false;
    if (![...OF_STUDY, ...OF_ALL].includes(id)) {
      setFound({ id, page: null, error: true });
      return undefined;
    }
    import(`./pages/${id}.js`)
      .then((made) => left || setFound({ id, page: made.page, error: false }))
      .catch((error) => {
        console.error(error);
        if (!left) setFound({ id, page: null, error: true });
      });
    return () => {
      left = true;
    };
  }, [id]);
  return found.id === id ? found : { page: null, error: false };
}

// In which currency amounts are shown: the study's own, or one that has a rate on its date.
function Currency({ rates, view, go }) {
  const codes = rates.map((r) => r.code);
  const known = !view.currency || codes.includes(view.currency);
  return html`<label class="currency"><span class="hidden">${say("currency")}</span>
    <select id="currency" value=${view.currency || codes[0]} title=${say("currency")}
      onChange=${(e) => go({ about: view.about, currency: e.currentTarget.value === codes[0] ? "" : e.currentTarget.value })}>
      ${!known && html`<option value=${view.currency}>${say("no_rate", { code: view.currency })}</option>`}
      ${codes.map((code) => html`<option value=${code}>${code}</option>`)}
    </select></label>`;
}

// What goes wrong in a page stays in it.
function Kept({ children }) {
  const [error, reset] = useErrorBoundary((e) => console.error(e));
  return error ? html`<${Failed} error=${{ problems: [{ what: String(error.message ?? error) }] }} again=${reset} />` : children;
}

const LOOK = 20; // seconds after which it is asked whether somebody saved the study meanwhile

// The study as somebody else saved it while this page was open, or null.
function useNewer(held) {
  const [newer, setNewer] = useState(null);
  useEffect(() => {
    setNewer(null);
    if (!held) return undefined;
    let left = false;
    const look = () => document.visibilityState === "visible" && api.get(at("studies", held.id))
      .then((found) => left || setNewer(found.version > held.version ? found : null)).catch(() => {});
    const timer = setInterval(look, 1000 * LOOK);
    window.addEventListener("focus", look);
    return () => {
      left = true;
      clearInterval(timer);
      window.removeEventListener("focus", look);
    };
  }, [held?.id, held?.version]);
  return newer;
}

function Frame({ view, state, dispatch, who, language, onLanguage }) {
  const { study: id } = view;
  const version = view.page === "text" ? view.version : 0; // an older one is read there alone
  const study = useFetched(() => id && api.get(at("studies", id), { version: version || "" }), [id, version, "study"]);
  const held = study.value;
  const newer = useNewer(version ? null : held);
  const [saves, setSaves] = useState(0);
  const inputs = useFetched(
    () => id && held && api.get(`${at("studies", id)}/inputs`, { language }), [id, held?.version, "inputs", language],
  );
  const scenarios = useFetched(() => id && api.get(`${at("studies", id)}/scenarios`), [id, saves, "scenarios"]);
  const { groups, fields } = useMemo(() => {
    const found = grouped(inputs.value);
    return { ...found, groups: found.groups.map((g) => ({ ...g, title: has(`g_${g.id}`) ? say(`g_${g.id}`) : g.id })) };
  }, [inputs.value, language]);
  const list = scenarios.value?.scenarios ?? scenarios.value ?? [];
  const chosen = list.find((s) => s.name === view.scenario);
  const laidBase = useMemo(() => Object.fromEntries((chosen?.values ?? []).map((v) => [v.path, v.value])), [chosen]);
  const settled = !view.scenario || scenarios.value !== null || scenarios.error !== null;
  const question = useMemo(
    // A scenario may be saved anew under its name: its version tells the answers apart.
    () => (held && settled ? { study: id, version: held.version, scenario: view.scenario, sets: setsOf(view), language,
      ...(view.currency ? { currency: view.currency } : {}),
      ...(chosen ? { edition: chosen.version } : {}) } : null),
    [held, id, view.scenario, view.changes, view.currency, language, settled, chosen?.version],
  );
  const live = useLive(view.page === "text" ? null : question, !state.pulled);
  const narrow = useNarrow();
  const [runs, setRuns] = useState(0);
  const job = useJob(id, question, () => setRuns((n) => n + 1));
  const { page, error } = usePage(view.page);
  const lay = useCallback((values, hold, final) => {
    dispatch({ type: "set", values, hold, final });
  }, []);
  const open = (run) => dispatch({ type: "go", to: { page: "tree", run } });
  const may = who?.role !== "viewer";
  const props = {
    study: held, changes: setsOf(view), scenario: view.scenario, run: null, api, at, view, dispatch, language, who, may,
    question, live, inputs: { groups, fields }, laidBase, lay, scenarios: list, own: inputs.value?.scenarios ?? [],
    onSaved: () => setSaves((n) => n + 1), onStudy: study.again, job, about: view.about,
    go: (to) => dispatch({ type: "go", to }), rates: inputs.value?.rates ?? [],
  };
  useEffect(() => {
    document.title = [held?.title, say(view.page), "Outlay"].filter(Boolean).join(" · ");
  }, [held, view.page, language]);
  const shown = () => {
    if (error || (!id && OF_STUDY.includes(view.page))) {
      return html`<div class="empty"><p>${say("page_none")}</p><a href="#/studies">${say("to_studies")}</a></div>`;
    }
    if (id && study.error) {
      return study.error.status === 404
        ? html`<div class="empty"><p>${say("no_study")}</p><a href="#/studies">${say("to_studies")}</a></div>`
        : html`<${Failed} error=${study.error} again=${study.again} />`;
    }
    if (!page || (id && !held)) return html`<${Waiting} />`;
    if (id && page.alone && inputs.error) return html`<${Failed} error=${inputs.error} again=${inputs.again} />`;
    if (id && page.alone && !inputs.value) return html`<${Waiting} text=${say("loading_inputs")} />`;
    if (id && OF_RUN.includes(view.page)) return html`<${RunPage} page=${page} props=${props} runs=${runs} />`;
    return html`<${page.Component} ...${props} />`;
  };
  const beside = id && held && page && !page.alone && !["scenarios", "text", "sweeps", "evidence"].includes(view.page);
  return html`
    <a class="skip" href="#answer" onClick=${(e) => {
      e.preventDefault();
      document.getElementById("answer")?.focus();
    }}>${say("skip")}</a>
    <header class="top">
      <a class="brand" href="#/studies">Outlay</a>
      <h1>${id ? held?.title ?? "" : say(has(view.page) ? view.page : "studies")}${held && html` <small class="quiet">${say("version", { n: held.version })}</small>`}</h1>
      ${id && held && inputs.value && html`<${Currency} rates=${inputs.value.rates} view=${view} go=${props.go} />`}
      <label class="language"><span class="hidden">${say("language")}</span>
        <select value=${language} onChange=${(e) => onLanguage(e.currentTarget.value)}>
          ${Object.entries(LANGUAGES).map(([key, name]) => html`<option value=${key} lang=${key}>${name}</option>`)}
        </select></label>
    </header>
    <${Nav} view=${view} dispatch=${dispatch} held=${held} />
    <div class=${`work ${beside ? "two" : ""}`}>
      ${beside && html`<aside aria-label=${say("inputs")}>
        ${narrow && html`<div class="follow" aria-hidden="true"><${Headline} live=${live} /></div>`}
        ${inputs.error ? html`<${Failed} error=${inputs.error} again=${inputs.again} />`
          : inputs.value ? html`<${Inputs} key=${id} groups=${groups} view=${view} laidBase=${laidBase} lay=${lay} language=${language} />`
          : html`<${Waiting} text=${say("loading_inputs")} />`}
      </aside>`}
      <main id="answer" tabindex=${beside ? "0" : "-1"} data-question=${question && JSON.stringify(question)}>
        ${newer && view.page !== "text" && html`<p class="run-note other" role="status">${say("newer", { who: newer.updated_by, n: newer.version })}
          <button type="button" onClick=${study.again}>${say("newest")}</button></p>`}
        ${id && held && !page?.own && view.page !== "text" && html`<${Headline} live=${live} />`}
        <${Kept} key=${view.page}>${shown()}<//>
      </main>
    </div>
    <div class="hidden" aria-live="polite" id="announced">${id ? announced(live) : ""}</div>
    ${id && held && html`<${Bar} state=${state} dispatch=${dispatch} job=${job} may=${may} onOpen=${open} />`}`;
}

const LANGUAGE = "outlay.language";

function remembered() {
  try {
    return window.localStorage.getItem(LANGUAGE);
  } catch {
    return null; // a browser that keeps nothing
  }
}

function App() {
  const [state, dispatch] = useView();
  const [language, setLanguage] = useState(() => speak(remembered() ?? (navigator.language?.startsWith("zh") ? "zh" : "en")));
  const me = useFetched(() => api.me(), ["me"]);
  useKeys(dispatch);
  useEffect(() => {
    document.documentElement.lang = language === "zh" ? "zh-Hans" : "en";
  }, [language]);
  const onLanguage = (wanted) => {
    setLanguage(speak(wanted));
    try {
      window.localStorage.setItem(LANGUAGE, wanted);
    } catch {
      // it lasts as long as the page
    }
  };
  if (me.error) return html`<main class="alone"><h1>Outlay</h1><${Failed} error=${me.error} again=${me.again} /></main>`;
  if (!me.value) return html`<${Waiting} />`;
  return html`<${Frame} view=${state.view} state=${state} dispatch=${dispatch} who=${me.value} language=${language} onLanguage=${onLanguage} />`;
}

const root = document.getElementById("app");
root.textContent = "";
render(html`<${App} />`, root);
