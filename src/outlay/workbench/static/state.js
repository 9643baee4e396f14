// What the page shows, as one value: pure functions from it to the next, and to its address and back.
//
// A view is where one is and what is laid over the study: {page, study, version, changes, scenario,
// run, about, currency}. `changes` is a list of [path, text] in the order in which they were first made. An
// address holds a whole view, so a link shows another what one sees. Undo takes back what was laid
// over the study (changes, scenario); the pages that one looked at meanwhile are the browser's Back.

export const PLAIN = Object.freeze({
  page: "studies", study: "", version: 0, changes: [], scenario: "", run: "", about: "", currency: "",
});

export const start = (view = PLAIN) => ({
  view: { ...PLAIN, ...view }, past: [], future: [], hold: "", pulled: false, kept: {},
});

// The state of a page that is loaded: its view, and the steps that this tab had kept (or null).
export function begun(view, had) {
  if (!had) return start(view);
  const { study, at, past, future, kept } = had;
  return went({ ...start({ study, ...at }), past, future, kept }, view);
}

// From a view to its address (what stands after #) and back.

const part = (text) => encodeURIComponent(text).replace(/%2C/g, ",").replace(/%3A/g, ":");

export function addressOf(view) {
  const path = view.study ? `/s/${part(view.study)}/${part(view.page)}` : `/${part(view.page)}`;
  const asked = [];
  if (view.version) asked.push(`version=${view.version}`);
  if (view.scenario) asked.push(`scenario=${part(view.scenario)}`);
  if (view.run) asked.push(`run=${part(view.run)}`);
  if (view.about) asked.push(`about=${part(view.about)}`);
  if (view.currency) asked.push(`currency=${part(view.currency)}`);
  for (const [name, text] of view.changes) asked.push(`set=${part(`${name}=${text}`)}`);
  return asked.length ? `${path}?${asked.join("&")}` : path;
}

const decoded = (text) => {
  try {
    return decodeURIComponent(text.replace(/\+/g, "%20"));
  } catch {
    return text; // half an escape: a link that was cut; shown as it came
  }
};

export function viewOf(address) {
  const [path, ...rest] = address.replace(/^#/, "").split("?");
  const view = { ...PLAIN, changes: [] };
  const parts = path.split("/").filter(Boolean).map(decoded);
  if (parts[0] === "s" && parts[1]) {
    view.study = parts[1];
    view.page = parts[2] || "decision";
  } else if (parts[0]) view.page = parts[0];
  for (const one of rest.join("?").split("&").filter(Boolean)) {
    const at = one.indexOf("=");
    const key = at < 0 ? one : one.slice(0, at);
    const text = at < 0 ? "" : decoded(one.slice(at + 1));
    if (key === "version" && /^\d{1,9}$/.test(text)) view.version = Number(text);
    else if (key === "currency" && /^[A-Z]{3}$/.test(text)) view.currency = text;
    else if (key === "scenario" || key === "run" || key === "about") view[key] = text;
    else if (key === "set" && text.indexOf("=") > 0) {
      const cut = text.indexOf("=");
      view.changes = laid(view.changes, { [text.slice(0, cut)]: text.slice(cut + 1) });
    }
  }
  return view;
}

// Changes.

export function laid(changes, values) {
  // values: {path: text, or null to take it away}; a path keeps its place.
  const left = new Map(Object.entries(values));
  const next = [];
  for (const [path, text] of changes) {
    if (!left.has(path)) next.push([path, text]);
    else if (left.get(path) !== null) next.push([path, left.get(path)]);
    left.delete(path);
  }
  for (const [path, text] of left) if (text !== null) next.push([path, text]);
  return next;
}

export const setsOf = (view) => view.changes.map(([path, text]) => `${path}=${text}`);
export const valueAt = (view, path) => view.changes.find(([name]) => name === path)?.[1];

const what = (view) => JSON.stringify([view.study, view.changes, view.scenario]);
export const sameWhat = (a, b) => what(a) === what(b);
const whatOf = ({ changes, scenario, run }) => ({ changes, scenario, run });

function moved(state, view, hold = "") {
  if (sameWhat(view, state.view)) return { ...state, hold: hold === state.hold ? hold : "" };
  // Steps of one pull of a slider, or of a run of its keys, are one step back.
  if (hold && hold === state.hold) return { ...state, view, future: [] };
  return { ...state, view, past: [...state.past, whatOf(state.view)], future: [], hold };
}

function taken(state, from, to) {
  if (!state[from].length) return state;
  const whole = { ...state.view, ...state[from].at(-1) };
  return {
    ...state, view: whole, hold: "", pulled: false,
    [from]: state[from].slice(0, -1), [to]: [...state[to], whatOf(state.view)],
  };
}

// {type: "set", values, hold?, final?} lays values over the study, those of one hold as one step,
// pulled until the final one; "clear" takes all away; "replace" lays
// others; "scenario" takes a scenario; "go" goes to a page, a study, a run; "address" is a link.
export function reduce(state, action) {
  const { view } = state;
  switch (action.type) {
    case "set":
      return moved(
        { ...state, pulled: Boolean(action.hold) && !action.final },
        { ...view, run: "", changes: laid(view.changes, action.values) }, action.hold ?? "",
      );
    case "clear":
      return moved(state, { ...view, run: "", changes: [], scenario: "" });
    case "replace":
      return moved(state, { ...view, run: "", changes: laid([], Object.fromEntries(action.changes)) });
    case "scenario":
      return moved(state, { ...view, run: "", scenario: action.name, changes: action.keep ? view.changes : [] });
    case "undo":
      return taken(state, "past", "future");
    case "redo":
      return taken(state, "future", "past");
    case "go":
      return went(state, { ...view, about: "", ...action.to });
    case "address":
      return went(state, viewOf(action.address));
    default:
      return state;
  }
}

// Each study keeps its own steps: who looks elsewhere and comes back can still take them back.
function went(state, view) {
  const { view: from, past, future } = state;
  if (view.study === from.study) return sameWhat(view, from) ? { ...state, view, hold: "" } : moved(state, view);
  const kept = from.study ? { ...state.kept, [from.study]: { at: whatOf(from), past, future } } : state.kept;
  const fresh = { ...start(view), kept };
  if (!Object.hasOwn(kept, view.study)) return fresh;
  const back = kept[view.study];
  return sameWhat(view, { ...view, ...back.at })
    ? { ...fresh, past: back.past, future: back.future }
    : { ...fresh, past: [...back.past, back.at] };
}
