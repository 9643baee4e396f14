// Live answers: the newest change wins, the coarse answer first, then the exact one.
//
// While a slider is pulled one question is in flight at a time, and the newest place is asked as
// soon as its coarse answer is there; letting go asks at once and ends whatever was in flight.

import { api, at } from "./api.js";

const fresh = () => [...crypto.getRandomValues(new Uint8Array(8))].map((b) => b.toString(16).padStart(2, "0")).join("");
const RETRY = [1, 2, 4, 8, 15]; // seconds
const SOON = 0.1;
const MANY = 500; // exact answers that are held, so that the way back needs no question

export const QUIET = Object.freeze({
  study: "", state: "idle", headline: null, asked: "", problems: [], said: "", share: null, status: 0,
});

export class Live {
  // tell({state, headline, asked, problems, said, share, status}): state is asking, coarse, exact,
  // problem, gone, refused. The last headline stays until another is there.
  constructor(tell, tab = fresh()) {
    Object.assign(this, { tell, tab, now: QUIET, flight: null, next: null, tried: 0, timer: 0, known: new Map() });
  }

  set(change) {
    this.now = { ...this.now, ...change };
    this.tell(this.now);
  }

  ask(question, { hurry = true } = {}) {
    // question: {study, version, scenario, sets, language, currency?}
    const key = JSON.stringify(question);
    if (this.flight?.key === key && !this.next) return;
    if (this.now.asked === key && this.now.state === "exact" && !this.flight) return;
    clearTimeout(this.timer);
    if (this.known.has(key)) {
      this.stop();
      const { study, scenario } = question;
      this.set({ ...QUIET, study, tab: this.tab, scenario, state: "exact", asked: key, headline: this.known.get(key) });
      return;
    }
    if (this.flight && !this.flight.answered && !hurry) {
      this.next = question;
      return;
    }
    this.begin(question, key);
  }

  keep(key, headline) {
    this.known.set(key, headline);
    if (this.known.size > MANY) this.known.delete(this.known.keys().next().value);
  }

  stop() {
    clearTimeout(this.timer);
    this.flight?.abort.abort();
    this.flight = this.next = null;
  }

  async begin(question, key) {
    this.flight?.abort.abort();
    this.next = null;
    const flight = { key, abort: new AbortController(), answered: false };
    this.flight = flight;
    const other = this.now.headline && this.now.study !== question.study ? { headline: null } : {};
    this.set({ ...other, study: question.study, tab: this.tab, scenario: question.scenario, state: "asking", asked: key, said: "", share: null });
    const { study, version, scenario, sets, language, currency } = question;
    try {
      await api.stream(
        `${at("studies", study)}/live`,
        { tab: this.tab, version: version || "", scenario, set: sets, language, currency },
        (found) => this.heard(flight, found),
        flight.abort.signal,
      );
      if (this.flight === flight) this.ended(question);
    } catch (error) {
      if (error.name !== "AbortError" && this.flight === flight) this.failed(question, error);
    }
  }

  heard(flight, { event, data }) {
    if (this.flight !== flight) return false;
    this.tried = 0;
    if (event === "progress") this.set({ said: data?.said ?? data?.text ?? "", share: data?.share ?? null });
    else if (event === "coarse" || event === "exact") {
      flight.answered = true;
      if (event === "exact") this.keep(flight.key, data);
      this.set({ state: event, headline: data, problems: [], status: 0, said: "", share: null });
    } else if (event === "problem") {
      flight.answered = true;
      this.set({ state: "problem", problems: data?.errors ?? [], said: "", share: null });
    } else if (event === "superseded" || event === "end") {
      flight.over = event;
      return false;
    }
    if (flight.answered && this.next) {
      const next = this.next;
      this.begin(next, JSON.stringify(next));
      return false;
    }
    return true;
  }

  ended(question) {
    const { over } = this.flight;
    this.flight = null;
    if (this.next) this.ask(this.next);
    else if (["exact", "problem"].includes(this.now.state)) return;
    // An older question of ours that came in later took its place: ours is the newest, and is put again.
    else if (over === "superseded") this.again(question, "asking", [], SOON);
    else this.again(question, "gone", []);
  }

  failed(question, error) {
    this.flight = null;
    if (error.status === 0 || error.status === 503 || error.status === 429) {
      this.again(question, error.status === 429 ? "asking" : "gone", error.problems, error.wait);
    } else this.set({ state: error.status === 422 || error.status === 400 ? "problem" : "refused", problems: error.problems, status: error.status, said: "", share: null });
  }

  again(question, state, problems, wait = 0) {
    const pause = wait || RETRY[Math.min(this.tried, RETRY.length - 1)];
    this.tried += 1;
    this.set({ state, problems, said: "", share: null });
    this.timer = setTimeout(() => this.begin(this.next ?? question, JSON.stringify(this.next ?? question)), 1000 * pause);
  }
}
