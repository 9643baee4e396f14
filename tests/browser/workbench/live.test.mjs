// Live answers: what is known is shown without a question, and only where it is the same question.

import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { test } from "node:test";

const home = pathToFileURL(`${process.env.OUTLAY_STATIC}/`);
const { api } = await import(new URL("api.js", home));
const { Live } = await import(new URL("live.js", home));

const QUESTION = { study: "s", version: 1, scenario: "", sets: ["a=1"], language: "en" };
const OTHERS = [{ study: "t" }, { version: 2 }, { scenario: "late" }, { sets: ["a=2"] }, { language: "zh" }];
const settled = () => new Promise((done) => setTimeout(done));

// A server that answers each question at once, coarsely and then exactly, and counts them.
function asked() {
  const found = [];
  api.stream = async (path, query, tell) => {
    found.push(`${path} ${query.version} ${query.scenario} ${query.set} ${query.language}`);
    const n = found.length;
    for (const event of ["coarse", "exact"]) tell({ event, data: { event, n } });
  };
  return found;
}

test("an exact answer is shown again without a question, and no other in its place", async () => {
  const questions = asked();
  const live = new Live(() => {}, "tab");
  const all = [QUESTION, ...OTHERS.map((other) => ({ ...QUESTION, ...other }))];
  for (const question of all) {
    live.ask(question);
    await settled();
  }
  assert.equal(new Set(questions).size, all.length);
  for (const [n, question] of all.entries()) {
    live.ask(question);
    await settled();
    assert.equal(live.now.state, "exact");
    assert.deepEqual(live.now.headline, { event: "exact", n: n + 1 });
  }
  assert.equal(questions.length, all.length);
});

test("of very many exact answers the oldest go", async () => {
  const questions = asked();
  const live = new Live(() => {}, "tab");
  for (let n = 0; n <= 500; n += 1) live.keep(JSON.stringify({ ...QUESTION, sets: [`a=${n}`] }), { n });
  live.ask({ ...QUESTION, sets: ["a=1"] });
  assert.deepEqual(live.now.headline, { n: 1 });
  live.ask({ ...QUESTION, sets: ["a=0"] });
  await settled();
  assert.equal(questions.length, 1);
});
