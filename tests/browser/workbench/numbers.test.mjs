// Values as they are moved and typed: what stands beside a slider is what is laid over the study.

import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { test } from "node:test";

const home = pathToFileURL(`${process.env.OUTLAY_STATIC}/`);
const { casesOf, leversOf, rangeOf, rounded, shownOf, spanOf, textOf, together, typed, typedIn, valueOf } = await import(new URL("numbers.js", home));

const row = (more) => ({ path: "p", slides: true, low: null, high: null, least: null, most: null, step: null, ...more });
const PRICE = row({ value: 31000, unit: "USD", shown: "$31,000", least: 28000, most: 36000, step: 100 });
const POWER = row({ value: 2.5e6, unit: "W", shown: "2.5 MW", least: 1e6, most: 5e6, step: 5e4 });
const TOKENS = row({ value: 1e12, unit: "token/day", shown: "1T tokens/day", least: 1e6, most: 1e16, step: 1 });
const SHARE = row({ value: 0.55, unit: "", shown: "0.55", least: 0, most: 1, step: 0.01 });

test("a value that a slider laid is read back as the same value", () => {
  for (const r of [PRICE, POWER, TOKENS, SHARE]) {
    const span = spanOf(r);
    for (let x = span.min; x <= span.max; x += 1) {
      const value = span.from(x);
      assert.equal(valueOf(r, textOf(r, value)), rounded(value), `${r.shown} at ${x}`);
      assert.ok(value >= r.least && value <= r.most);
    }
    assert.equal(span.from(span.min), r.least);
    assert.equal(span.from(span.max), r.most);
  }
});

test("a slider stands where its value is", () => {
  for (const r of [PRICE, POWER, TOKENS, SHARE]) {
    const span = spanOf(r);
    for (let x = span.min; x <= span.max; x += 1) assert.ok(Math.abs(span.at(span.from(x)) - x) < 0.51, `${r.shown} at ${x}`);
  }
});

test("a value outside the span widens it; a span of nothing has no slider", () => {
  assert.equal(spanOf(PRICE, 50000).from(1e9), 50000);
  assert.equal(spanOf(row({ value: 3, unit: "", shown: "3" })), null);
});

test("values are shown in the scale of the study", () => {
  assert.equal(shownOf(PRICE, 27500), "$27,500");
  assert.equal(shownOf(POWER, 3e6), "3 MW");
  assert.equal(shownOf(TOKENS, 2.5e12), "2.5T tokens/day");
  assert.equal(shownOf(SHARE, 0.4), "0.4");
});

test("what somebody types: a bare number is in the scale beside the box, a unit is theirs", () => {
  assert.equal(typed(PRICE, "27500"), "27500 USD");
  assert.equal(typed(POWER, "3"), "3000000 W");
  assert.equal(typed(POWER, " 3000 kW "), "3000 kW");
  assert.equal(valueOf(POWER, "3000 kW"), 3e6);
  assert.equal(valueOf(PRICE, "27k USD"), 27000);
  assert.equal(valueOf(PRICE, "$27,500"), 27500);
  assert.equal(valueOf(SHARE, "40 %"), 0.4);
  assert.equal(valueOf(PRICE, "27k EUR"), null);
  assert.equal(valueOf(PRICE, "cheap"), null);
});

test("chances of one factor stay a whole, and are taken back together", () => {
  const states = [["granted", 0.3], ["late", 0.2], ["refused", 0.5]].map(([name, value]) =>
    row({ path: `uncertainty.licence.states.${name}`, value, unit: "", shown: String(value), least: 0, most: 1, step: 0.01 }));
  for (let x = 0; x <= 100; x += 1) {
    const found = together(states, states[0], x / 100);
    const sum = Object.values(found).reduce((total, text) => total + Number(text), 0);
    assert.ok(Math.abs(sum - 1) < 1e-9, `${x}: ${sum}`);
    assert.ok(Object.values(found).every((text) => Number(text) >= 0));
  }
  assert.deepEqual(Object.values(typedIn(states, states[0], null)), [null, null, null]);
  assert.deepEqual(together([PRICE, POWER], PRICE, 30000), { p: "30000 USD" });
});

test("a sweep's range of a share is written in per cent, of what has a unit in it", () => {
  assert.equal(rangeOf({ unit: "", low: 0.1, high: 0.4, least: 0, most: 1 }), "10 %..40 %");
  assert.equal(rangeOf({ unit: "", low: 0.07, high: 0.29 }), "7 %..29 %");
  assert.equal(rangeOf({ unit: "USD", low: 20000, high: 36000 }), "20000..36000 USD");
  assert.equal(rangeOf({ unit: "", low: null, high: null, least: 2020, most: 2030 }), "2020..2030");
});

test("cases of a sweep are counted where every line is a list of points", () => {
  assert.equal(casesOf("a.b=1..2 USD:5\nc=x|y", 0), 10);
  assert.equal(casesOf("a.b=1..2:5", 100), 500);
  assert.equal(casesOf("a.b=1..2", 0), null);
  assert.equal(casesOf("a.b", 0), null);
});

test("levers are of each kind in turn, a chance with the whole of its factor", () => {
  const at = (path, value = 1, more = {}) => ({ path, value, stated: true, ...more });
  const groups = [
    { id: "prices", rows: [at("supply.a.price"), at("supply.a.host"), at("supply.b.rent"), at("sites.x.rent")] },
    { id: "caps", rows: [at("supply.a.cap.2026-Q1", 0), at("supply.a.cap.2026-Q2"), at("supply.b.cap")] },
    { id: "chances", rows: [at("uncertainty.l.h.states.yes"), at("uncertainty.l.h.states.no"), at("uncertainty.d.states.low")] },
    { id: "budget", rows: [at("budget.capex.2026"), at("budget.cash", 0)] },
    { id: "demand", rows: [at("services.s.mix.cached"), at("services.s.tokens_per_day")] },
    { id: "power", rows: [at("sites.x.power.2026-Q1", 0), at("sites.x.power.2026-Q2"), at("sites.x.expand.step")] },
  ];
  assert.deepEqual(leversOf(groups).map((row) => row.path), [
    "supply.a.price", "supply.a.cap.2026-Q2", "uncertainty.l.h.states.yes", "uncertainty.l.h.states.no", "budget.capex.2026",
    "services.s.tokens_per_day", "sites.x.power.2026-Q2", "supply.b.rent", "supply.b.cap", "uncertainty.d.states.low",
  ]);
});
