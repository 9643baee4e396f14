// Work that takes longer than a request, watched until it ends: the line that the bar shows.

import { api, at } from "./api.js";

const OVER = ["done", "failed", "cancelled", "interrupted"];
const pause = (seconds) => new Promise((done) => setTimeout(done, 1000 * seconds));

export const over = (work) => OVER.includes(work.state);

// tell(work) at each step; a stream that breaks is taken up again, for the work goes on without us.
export async function watch(id, tell, signal) {
  for (let tried = 0; !signal.aborted; tried += 1) {
    try {
      let work = null;
      const seen = (found) => {
        if (!found?.id || !found.state) return true;
        work = found;
        tell(work);
        return !over(work);
      };
      await api.stream(`${at("works", id)}/events`, {}, ({ data }) => seen(data), signal);
      if (work && over(work)) return;
      seen(await api.get(at("works", id), {}, { signal }));
      if (work && over(work)) return;
    } catch (error) {
      if (error.name === "AbortError") return;
      if (error.status === 404) return;
      if (error.status && error.status < 500 && error.status !== 429) throw error;
    }
    await pause(Math.min(8, 1 + tried));
  }
}
