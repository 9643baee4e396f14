// The page's state: any steps taken back one by one give the state and the address from before.

import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { test } from "node:test";

const home = pathToFileURL(`${process.env.OUTLAY_STATIC}/`);
const { addressOf, laid, reduce, sameWhat, start, viewOf } = await import(new URL("state.js", home));

const ROUNDS = 300;

// Numbers that look random and are the same on every machine (mulberry32).
function draws(seed) {
  let a = seed;
  return (n) => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % n;
  };
}

const PATHS = ["supply.h200.price", "budget.capex.2026", "a=b", "__proto__", "uncertainty.x.states.granted", "名"];
const TEXTS = ["27_000 USD", "{a: 1, b: 2}", "50 %", "x=y&z?#/", "", "中文 100%", "a+b c", "%E4%"];
const NAMES = ["", "late halls", "a&b=c", "ifrs/16"];

function step(next) {
  switch (next(8)) {
    case 0: return { type: "clear" };
    case 1: return { type: "scenario", name: NAMES[next(NAMES.length)], keep: next(2) === 1 };
    case 2: return { type: "undo" };
    case 3: return { type: "redo" };
    case 4: return { type: "release" };
    case 5: return { type: "set", values: { [PATHS[next(PATHS.length)]]: null } };
    default: return {
      type: "set", hold: next(2) ? "one pull" : "",
      values: { [PATHS[next(PATHS.length)]]: TEXTS[next(TEXTS.length)] },
    };
  }
}

function begun(next) {
  let state = start({ study: "s1", page: "inputs", run: next(2) ? "r1" : "" });
  for (let n = next(4); n > 0; n -= 1) state = start(reduce(state, step(next)).view);
  return state;
}

const all = (state, type) => {
  let now = state;
  for (let n = 0; n < 1000 && (type === "undo" ? now.past : now.future).length; n += 1) now = reduce(now, { type });
  return now;
};

test("any steps, then undo of all: the same view and the same address; redo of all: the last one", () => {
  for (let seed = 0; seed < ROUNDS; seed += 1) {
    const next = draws(seed);
    const first = begun(next);
    let state = first;
    for (let n = next(30); n > 0; n -= 1) state = reduce(state, step(next));
    state = all(state, "redo");
    const back = all(state, "undo");
    assert.deepEqual(back.view, first.view, `seed ${seed}`);
    assert.equal(addressOf(back.view), addressOf(first.view));
    assert.equal(addressOf(all(back, "redo").view), addressOf(state.view));
  }
});

test("a view goes into its address and comes back whole, whatever its names and values hold", () => {
  for (let seed = 0; seed < ROUNDS; seed += 1) {
    const next = draws(seed);
    let state = start({ study: "s/1 中", page: "decision" });
    for (let n = next(12); n > 0; n -= 1) state = reduce(state, step(next));
    const { view } = state;
    // A path that holds "=" cannot be told from its value: no path of a study does.
    const plain = { ...view, changes: view.changes.filter(([path]) => !path.includes("=")) };
    assert.deepEqual(viewOf(`#${addressOf(plain)}`), plain, `seed ${seed}`);
    assert.equal(addressOf(viewOf(addressOf(plain))), addressOf(plain));
  }
});

test("a pull of a slider is one step back, two pulls are two", () => {
  const put = (state, text, hold) => reduce(state, { type: "set", hold, values: { p: text } });
  let state = start({ study: "s", page: "decision" });
  for (const text of ["1", "2", "3"]) state = put(state, text, "pull 1");
  state = reduce(state, { type: "release" });
  for (const text of ["4", "5"]) state = put(state, text, "pull 2");
  assert.deepEqual(state.past.length, 2);
  state = reduce(state, { type: "undo" });
  assert.deepEqual(state.view.changes, [["p", "3"]]);
  assert.deepEqual(reduce(state, { type: "undo" }).view.changes, []);
});

test("a new step takes the place of what was undone", () => {
  const put = (state, text) => reduce(state, { type: "set", values: { p: text } });
  let state = put(put(start({ study: "s" }), "1"), "2");
  state = put(reduce(state, { type: "undo" }), "3");
  assert.equal(state.future.length, 0);
  assert.deepEqual(state.view.changes, [["p", "3"]]);
});

test("what changes nothing is no step", () => {
  const state = start({ study: "s", page: "decision" });
  for (const action of [{ type: "clear" }, { type: "set", values: { p: null } }, { type: "go", to: { page: "tree" } }, { type: "other" }]) {
    assert.equal(reduce(state, action).past.length, 0);
  }
});

test("changes keep the order in which they were first made", () => {
  const found = laid(laid(laid([], { a: "1" }), { b: "2" }), { a: "3" });
  assert.deepEqual(found, [["a", "3"], ["b", "2"]]);
  assert.ok(!sameWhat({ study: "s", changes: found, scenario: "" }, { study: "s", changes: [...found].reverse(), scenario: "" }));
});

test("another study begins with nothing to take back", () => {
  const state = reduce(start({ study: "s" }), { type: "set", values: { p: "1" } });
  assert.equal(reduce(state, { type: "address", address: "/s/t/decision" }).past.length, 0);
});

test("who looks elsewhere and comes back can still take everything back", () => {
  const put = (state, text) => reduce(state, { type: "set", values: { p: text } });
  const to = (state, address) => reduce(state, { type: "address", address });
  let state = reduce(put(put(start({ study: "s", page: "decision" }), "1"), "2"), { type: "undo" });
  const address = addressOf(state.view);
  state = put(to(to(state, "/runs"), "/s/__proto__/decision"), "9");
  assert.equal(state.past.length, 1);
  const back = to(state, address);
  assert.deepEqual([back.view.changes, back.past.length, back.future.length], [[["p", "1"]], 1, 1]);
  assert.deepEqual(reduce(back, { type: "redo" }).view.changes, [["p", "2"]]);
  const other = to(state, "/s/s/decision?set=p%3D5"); // a link to other changes is a step
  assert.deepEqual(reduce(other, { type: "undo" }).view.changes, [["p", "1"]]);
});

test("an address that was cut or written by hand is read as far as it goes", () => {
  for (const text of ["", "#", "#/", "/s", "/s/", "/s/x?set", "/s/x?set=%", "/s/x/decision?version=abc&set==1", "//?&&="]) {
    assert.equal(typeof viewOf(text).page, "string");
  }
  assert.equal(viewOf("#/s/x").page, "decision");
  assert.equal(viewOf("").page, "studies");
});
