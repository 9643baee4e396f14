// The steps that undo takes back, kept with the tab: a page that is loaded again still has them.

const KEY = "outlay.steps";
const MOST = 1000; // steps back and forth that are kept for the next load

const cut = ({ past, future, ...rest }) => ({ ...rest, past: past.slice(-MOST), future: future.slice(-MOST) });
const isList = (steps) => Array.isArray(steps) && steps.every((s) => s && Array.isArray(s.changes) && typeof s.scenario === "string");
const isWhole = (one) => one && isList(one.past) && isList(one.future) && isList([one.at]);

// What is kept of a state: where it stands, its steps, and those of the studies that one left.
export function keep({ view, past, future, kept }) {
  const { study, changes, scenario, run } = view;
  const others = Object.fromEntries(Object.entries(kept).map(([id, one]) => [id, cut(one)]));
  try {
    window.sessionStorage.setItem(KEY, JSON.stringify({ study, ...cut({ at: { changes, scenario, run }, past, future }), kept: others }));
  } catch {
    // no room, or a browser that keeps nothing: undo lasts as long as the page
  }
}

// {study, at, past, future, kept} as it was kept, or null.
export function held() {
  try {
    const found = JSON.parse(window.sessionStorage.getItem(KEY));
    const whole = isWhole(found) && typeof found.study === "string" && Object.values(found.kept).every(isWhole);
    return whole ? found : null;
  } catch {
    return null;
  }
}
