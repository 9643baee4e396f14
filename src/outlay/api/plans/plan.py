"""What to buy, lease and site, now and later in every branch, what it costs, and how sure."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from outlay.api.asked import checked
from outlay.api.says import LANGUAGES, MOST_SEED, STUDY_ENDINGS, File, Says
from outlay.api.start.asking import AsOf, Budget, Chip, Model, Tokens
from outlay.api.studies import AllowOutside, Overrides, Scenario, Study
from outlay.results.document import extended
from outlay.results.plans.plan import Plan

if TYPE_CHECKING:
    from outlay.planning.answers.kept import Kept
    from outlay.results.comparison import Comparison
    from outlay.results.explanation import Explanation
    from outlay.runs.documents.finished import Run
    from outlay.runs.folder.commit import RunFolder

__all__ = ["Planned", "plan"]

MOST_WORLDS = 1_000_000
LONGEST = 200
"""Characters of the decision in the one line of a plan."""


def _warned(line: str) -> None:
    """What is said where nobody listens to the progress of saving."""
    warnings.warn(line.removeprefix("warning: "), RuntimeWarning, stacklevel=2)


@dataclass(frozen=True, slots=True, repr=False)
class Planned(Plan):
    """Kind `plan`, and everything the run made of the study."""

    run: Run = field(kw_only=True, compare=False)
    """Every stage's own result: demand, capacity, plan, accounts, outlook."""
    report: Path | None = field(default=None, kw_only=True, compare=False)
    """The report, where it was written with the plan."""
    missing: Mapping[str, str] = field(default_factory=dict, kw_only=True, compare=False)
    """Files that could not be made with it, by name, and why."""

    def __repr__(self) -> str:
        said = self.headline.sentence
        said = said if len(said) <= LONGEST else f"{said[:LONGEST]}…"
        return f"Plan({self.title!r}, {self.verdict}): {said}"

    def _repr_html_(self) -> str:
        from outlay.report.html import first_screen

        return first_screen(self)

    @property
    def document(self) -> dict[str, object]:
        """The JSON document, as `--json` prints it."""
        return self.to_json()

    def save(
        self,
        folder: str | Path,
        *,
        ready: Callable[[Planned], None] = lambda _: None,
        progress: Callable[[str], None] = _warned,
    ) -> Path:
        """Write the result, then the report, tables, workbook and memo; returns the report's path.

        A run that is there keeps its place until the new one is whole; the result waits beside it,
        in `FOLDER.next`. A file for people that cannot be made is missing, which `manifest.json`
        and `progress` (else a warning of Python's) say; without a report the path is that of the
        folder. ready: called once the result is written, before the rest is made.

        Raises InputError where the folder is not one of its own, or another run writes into it.
        """
        from outlay.runs.folder.commit import run_folder

        with run_folder(folder, progress) as home:
            return self._written(home, ready, progress).report or Path(folder)

    def _written(
        self, home: RunFolder, ready: Callable[[Planned], None], progress: Callable[[str], None]
    ) -> Planned:
        """The same once all is written, with its report and with what is missing."""
        from outlay.planning.answers.kept import FILE as BASIS
        from outlay.report.write import LATER, STOPS, answer_files, report_files, unmade_lines, why
        from outlay.runs.documents.calculation import FILE as CALCULATION
        from outlay.runs.documents.calculation import calculation_of

        run = self.run
        calculation = calculation_of(run.accounts.accounts, self.record.result_hash)
        files = {**answer_files(self, run.loaded), CALCULATION: calculation.to_bytes()}
        if run.kept is not None:
            files[BASIS] = run.kept.to_bytes()
        home.answer(files, LATER)
        try:
            ready(self)
            made = report_files(
                self, loaded=run.loaded, accounts=run.accounts.accounts, reading=run.reading
            )
            for line in unmade_lines(made.missing):
                progress(f"warning: {line}")
        except STOPS:
            raise
        except BaseException as err:
            home.settle(dict.fromkeys(LATER, why(err)))
            raise
        try:
            home.commit({**files, **made.files}, made.missing)
        except OSError as err:
            missing = dict.fromkeys(LATER, why(err))
            home.settle(missing)
            for line in unmade_lines(missing):
                progress(f"warning: the answer is kept in {home.kept_in}; {line}")
            return replace(self, missing=missing)
        report = home.path / "report.html" if "report.html" in made.files else None
        return replace(self, report=report, missing=made.missing)

    def explain(self, path: str, *, period: str = "", branch: str = "") -> Explanation:
        """Where a number of the study or of this result comes from.

        period: a period or fiscal year. branch: states, "licence granted, demand high".

        Raises UnknownNameError for a path, period or state that names nothing.
        """
        from outlay.runs.documents.explain import explain
        from outlay.runs.documents.folder import given_by

        given = given_by(self.run)
        return explain(self.run.loaded, path, given=given, period=period, branch=branch)

    def compare(self, other: Plan | str | Path) -> Comparison:
        """From this plan to another, or to the one in a folder: steps that sum to the difference.

        Raises InputError where the currencies differ or no result is there.
        """
        from outlay.api.plans.compare import compare

        return compare(self, other)


@checked
def plan(
    study: Annotated[
        Study | None,
        Says(
            "The study file (YAML); none: --model, --tokens, --chip and --budget say what to plan.",
            argument=True,
        ),
    ] = None,
    *,
    model: Model = "",
    tokens: Tokens = "",
    chip: Chip = "",
    budget: Budget = "",
    as_of: AsOf = "",
    save: Annotated[
        File | None,
        Says(
            "Keep the study that was planned without a file: study.yaml.",
            writes="file",
            endings=STUDY_ENDINGS,
        ),
    ] = None,
    overrides: Overrides = (),
    scenario: Scenario = None,
    allow_outside: AllowOutside = False,
    worlds: Annotated[
        int, Says("Sampled worlds for the outlook; 0 = none.", least=0, most=MOST_WORLDS)
    ] = 500,
    seed: Annotated[
        int | None, Says("Root seed; default: the study's.", least=0, most=MOST_SEED)
    ] = None,
    quick: Annotated[bool, Says("The plan alone: no values of things, no outlook.")] = False,
    deep: Annotated[
        bool,
        Says(
            "Also flexibility, branches over their mean, shorter leads, how dear a licensed "
            "chip may be, regret, and how far first orders may move; minutes, not seconds."
        ),
    ] = False,
    against: Annotated[
        Plan | File | None,
        Says(
            "The last approved plan (its folder or result.json): what keeping to "
            "its first orders would cost today."
        ),
    ] = None,
    out: Annotated[
        File | None,
        Says("Folder for report.html, result.json, plan.xlsx, memo.pdf and tables.", writes="run"),
    ] = None,
    language: Annotated[
        str, Says("Of the answer, the report and the memo: en or zh.", among=LANGUAGES)
    ] = "en",
    workers: int = 1,
    progress: Callable[[str], None] = lambda _: None,
    ready: Callable[[Planned], None] = lambda _: None,
) -> Planned:
    """Plan a study: what to order now, what later in each branch, what it costs, how sure.

    Without a file the study is that of a founder who sells one model by the token (`outlay init
    founder`), with the model, volume, chip and budget given here.

    Exit codes: 0 done, 1 infeasible or failed, 2 bad input (then nothing is written).

    With overrides or a scenario and a folder in which the study was solved before, the plan starts
    from there and takes seconds: what it costs and orders first is the same either way; where
    several plans cost the same, another of them may be shown.

    Returns the plan. workers: processes for the sampled worlds; more than one start new
    interpreters, which a script without a `__main__` guard must not. ready: called with the plan
    once it is known and its result.json is written (into `out`, or beside a run that is there, into
    `out.next`), before pictures and workbook are made.

    Raises InputError where the input is wrong, InfeasibleError where no plan meets every limit.

    >>> found = plan("examples/lab-training/study.yaml", quick=True)
    >>> found.verdict, round(found.expected_cost / 1e6, 2), found.orders_now[0].chip
    ('valid', 26.19, 'b200-hgx')
    """
    from outlay.api.plans.compare import plan_of
    from outlay.api.plans.session import solved_in
    from outlay.api.start.asking import Options as Asked
    from outlay.api.start.without_file import given_or_first
    from outlay.api.studies import loaded
    from outlay.core.errors import InputError
    from outlay.core.progress import Course, Told
    from outlay.report.words.language import words
    from outlay.report.words.plans.answers import said
    from outlay.runs.ahead import KEPT, WRITES
    from outlay.runs.folder.commit import run_folder
    from outlay.runs.pipeline.execute import Options
    from outlay.runs.run import run_study

    say = words(language)
    if quick and deep:
        raise InputError("one excludes the other", where="--quick", value="--quick, --deep",
                         allowed="one of them")  # fmt: skip
    options = Options(
        seed=seed,
        worlds=0 if quick else worlds,
        values=not quick,
        deep=deep,
        against=None if against is None else plan_of(against, progress).first_orders,
        workers=workers,
    )
    asked = Asked(chip=chip, model=model, tokens=tokens, budget=budget, as_of=as_of)
    given = given_or_first(study, asked, save, progress)
    found = loaded(given, overrides, scenario, allow_outside=allow_outside)
    course = Course(progress, {} if out is None else {WRITES: 1.0})

    def answer(kept: Kept | None = None) -> Planned:
        run = run_study(found, options, course, kept)
        assert run.result is not None
        return extended(Planned, said(run.result, say), run=run)

    if out is None:
        planned = answer()
        ready(planned)
        return planned

    def known(there: Planned) -> None:
        ready(there)
        course(Told(f"writing {out}", stage=WRITES))

    with run_folder(out, progress) as home:
        try:
            kept = solved_in(out, progress) if found.overrides or found.scenario else None
            return answer(kept)._written(home, known, progress)
        finally:  # whoever stops us is told what is there
            for what in KEPT[: home.commits]:
                course(
                    Told(f"the {what} is kept in {home.kept_in}", keeps=what, at=str(home.kept_in))
                )
