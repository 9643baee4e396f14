"""Names in a study must name something: chips, models, sources, places, pools, paths."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from pydantic import BaseModel

from outlay.core.errors import Problem, StudyError, UnknownNameError
from outlay.study.checks.complete import TRACE_FILES, is_trace_file, published_traces
from outlay.study.checks.partners import is_on_order
from outlay.study.files import DOCUMENT, Files, Named, named_files
from outlay.study.findings import Finding, unknown
from outlay.study.model.countries import country_meant
from outlay.study.model.fields import Num, Schedule
from outlay.study.model.inline_model import inline_problems
from outlay.study.model.loads import Campaign, Service, Work
from outlay.study.model.study import Source, Study
from outlay.study.paths import get, read_path

__all__ = ["name_findings"]

PHASES = ("prefill", "decode", "dense", "training", "reserved")

MAX_FILES = 500
MAX_DOCUMENT = 1_000_000
"""Bytes up to which a quote is looked up in its document."""

At = tuple[str | int, ...]


def name_findings(study: Study, raw: Mapping[str, Any], files: Files) -> Iterator[Finding]:
    """Names that name nothing."""
    yield from _catalogue(study, raw)
    yield from _fallbacks(study)
    yield from _sources(study)
    yield from _places(study)
    yield from _traces(study)
    yield from _files(study, files)
    yield from _shapes(study)
    yield from _loads(study)
    yield from _pools(study)
    yield from _paths(study, raw)


def _load_sections(study: Study) -> dict[str, Mapping[str, Service | Work | Campaign]]:
    return {"services": study.services, "work": study.work, "training": study.training}


def _chip_names(study: Study) -> Iterator[tuple[At, str]]:
    for name, pool in study.fleet.items():
        yield ("fleet", name, "chip"), pool.chip
    for name, offer in study.supply.items():
        yield ("supply", name, "chip"), offer.chip
    for name, work in study.work.items():
        yield ("work", name, "reference"), work.reference
    for name, campaign in study.training.items():
        yield ("training", name, "reference"), campaign.reference
    for section, items in _load_sections(study).items():
        for name, item in items.items():
            for n, chip in enumerate(item.chips):
                yield (section, name, "chips", n), chip
    for name, site in study.sites.items():
        if isinstance(site.holds, list):
            for n, chip in enumerate(site.holds):
                yield ("sites", name, "holds", n), chip
    for chip in study.performance.cross_check:
        yield ("performance", "cross_check", chip), chip
    for chip in study.rules.chip_power:
        yield ("rules", "chip_power", chip), chip


def _catalogue(study: Study, raw: Mapping[str, Any]) -> Iterator[Finding]:
    from outlay.catalogue import find_chip, find_model

    for path, name in _chip_names(study):
        try:
            find_chip(name)
        except UnknownNameError as err:
            yield _from_catalogue(path, "chip", name, err)
    said: set[str] = set()  # a service's model is often another's too
    for path, model in _model_names(study):
        if isinstance(model, Mapping):
            yield from inline_problems(path, model)
            continue
        try:
            known = find_model(model)
        except UnknownNameError as err:
            yield _from_catalogue(path, "model", model, err)
            continue
        if known.id in said:
            continue
        said.add(known.id)
        if not known.has_shapes and known.proxy:
            what = f"not all shapes of this model are known: those of {known.proxy} stand in"
            yield Finding(path, what, model, warn=True)
        if known.left_out:
            what = "not all of this model is counted"
            yield Finding(path, what, model, hint=known.left_out, warn=True)
    for path, name in [*_chip_names(study), *_model_names(study)]:
        written = get(raw, path)
        if isinstance(written, str) and written != name:
            yield Finding(path, f"read as `{name}`", written[:80], warn=True)


def _from_catalogue(path: At, kind: str, name: str, err: UnknownNameError) -> Finding:
    known = f"an id of the catalogue: `outlay catalogue {kind}s`"
    hint = err.problems()[0].hint
    if kind == "model" and (name.endswith(".json") or name.startswith((".", "/", "~"))):
        hint = "a study takes no file of a model: write its architecture here, as a mapping"
    return Finding(path, f"unknown {kind}", name[:80], known, hint)


def _model_names(study: Study) -> Iterator[tuple[At, Any]]:
    for name, service in study.services.items():
        yield ("services", name, "model"), service.model
        if service.fallback is not None:
            yield ("services", name, "fallback", "model"), service.fallback.model
    for name, campaign in study.training.items():
        if campaign.model is not None:
            yield ("training", name, "model"), campaign.model


def _fallbacks(study: Study) -> Iterator[Finding]:
    """A smaller model that is larger than the service's own."""
    for name, service in study.services.items():
        if service.fallback is None:
            continue
        own, small = _active(service.model), _active(service.fallback.model)
        if own is not None and small is not None and small > own:
            path, what = ("services", name, "fallback", "model"), "larger than the service's own"
            found = f"{small / 1e9:g}bn active parameters"
            yield Finding(path, what, found, f"{own / 1e9:g}bn or fewer", warn=True)


def _active(model: object) -> float | None:
    """Active parameters; None where the model is not known, which another check says."""
    from outlay.catalogue import find_model

    if isinstance(model, Mapping):
        size = model.get("active_params")
        return float(size) if isinstance(size, int | float) else None
    try:
        return find_model(str(model)).active_params
    except UnknownNameError:
        return None


def _sources(study: Study) -> Iterator[Finding]:
    for at, key in _source_keys(study, ()):
        if key not in study.sources:
            yield unknown(at, "source", key, study.sources)


def _files(study: Study, files: Files) -> Iterator[Finding]:
    """Every file that is named must be there, inside the study's folder, of a size to be read."""
    if own := study.performance.calibration:
        problem = files.folder_wrong(own)
        if problem is not None:
            yield _of_file(("performance", "calibration"), problem)
    for n, named in enumerate(named_files(study, files)):
        if n == MAX_FILES:
            yield Finding(named.at, "too many files", allowed=f"{MAX_FILES} in one study")
            return
        problem = files.wrong(named.name, named.kind)
        if problem is not None:
            yield _of_file(named.at, problem)
        elif named.kind is DOCUMENT:
            yield from _quoted(study.sources[str(named.at[1])], named, files)


def _of_file(at: At, problem: Problem) -> Finding:
    return Finding(at, problem.what, problem.value, problem.allowed, problem.hint)


def _quoted(source: Source, named: Named, files: Files) -> Iterator[Finding]:
    """Whether the document holds the words, spaces and line ends aside; a book is not looked
    through here: the evidence stage reads it."""
    if source.quote is None or files.size(named.name) > MAX_DOCUMENT:
        return
    data = files.data(named.name, named.kind)
    if data.startswith((b"PK", b"%PDF")) or data.lstrip()[:1] == b"<":
        return  # a workbook, pages or a web page: their text is not their bytes
    text = data.decode("utf-8", errors="ignore")
    if " ".join(source.quote.split()) not in " ".join(text.split()):
        yield Finding((*named.at[:2], "quote"), "not in the document", source.quote[:80])


def _source_keys(value: object, path: At) -> Iterator[tuple[At, str]]:
    """Every `source:` in the study, with its path."""
    if isinstance(value, Num):
        if value.source is not None:
            yield path, value.source
    elif isinstance(value, Schedule):
        for period, num in value.entries:
            if num.source is not None:
                yield (path if period.year == 1 else (*path, str(period))), num.source
    elif isinstance(value, BaseModel):
        for name, info in type(value).model_fields.items():
            item: object = getattr(value, name)
            if item is None or isinstance(item, str):  # most fields: nothing below
                if name == "source" and item is not None:
                    yield (*path, "source"), str(item)
            elif name != "scenarios":
                yield from _source_keys(item, (*path, info.alias or name))
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _source_keys(item, (*path, str(key)))
    elif isinstance(value, list):
        for n, item in enumerate(value):
            yield from _source_keys(item, (*path, n))


def _place_names(study: Study) -> Iterator[tuple[At, str]]:
    lists: list[tuple[At, list[str]]] = []
    lists += [(("services", n, "serve_from"), s.serve_from) for n, s in study.services.items()]
    lists += [(("work", n, "serve_from"), w.serve_from) for n, w in study.work.items()]
    lists += [(("fleet", n, "places"), p.places) for n, p in study.fleet.items()]
    lists += [(("supply", n, "to"), o.to) for n, o in study.supply.items()]
    lists += [(("supply", n, "divert_to"), o.divert_to) for n, o in study.supply.items()]
    ceilings = study.rules.ceilings.items()
    lists += [(("rules", "ceilings", n, "places"), c.places) for n, c in ceilings]
    for path, places in lists:
        for n, place in enumerate(places):
            yield (*path, n), place
    for name, campaign in study.training.items():
        for place in campaign.places:
            yield ("training", name, "places", place), place


def _places(study: Study) -> Iterator[Finding]:
    regions = {s.region for s in study.sites.values()}
    tags = {t for s in study.sites.values() for t in s.tags}
    known = [*study.sites, *sorted(regions), *sorted(tags)]
    for path, place in _place_names(study):
        if place not in known:
            yield unknown(path, "site or region", place, known)
    for name in study.sites:
        if name in regions - {study.sites[name].region} or name in tags:
            yield Finding(("sites", name), "a site named like a region or tag", name)
    if study.rules.domestic_share is not None and study.rules.home not in regions:
        yield unknown(("rules", "home"), "region", study.rules.home, regions)
    for name, site in study.sites.items():
        if not site.region.strip():
            yield Finding(("sites", name, "region"), "a site without a region")
        elif (meant := country_meant(site.region)) and meant != site.region:
            what, hint = "no country code, taken as a name of its own", f"did you mean '{meant}'?"
            allowed = "two letters of ISO 3166, such as US"
            yield Finding(("sites", name, "region"), what, site.region, allowed, hint, warn=True)


def _traces(study: Study) -> Iterator[Finding]:
    """A trace is a published one by its name, or a file beside the study."""
    for name, service in study.services.items():
        trace, at = service.lengths.trace, ("services", name, "lengths", "trace")
        if trace is not None and "cv" in service.lengths.model_fields_set:
            what = "reaches nothing beside a trace, whose own spread counts"
            found = service.lengths.cv.written
            yield Finding(("services", name, "lengths", "cv"), what, found, warn=True)
        if trace is None or trace in published_traces() or is_trace_file(trace):
            continue
        none = unknown(at, "trace", trace, published_traces())
        allowed = f"{none.allowed}; or a file beside the study ({', '.join(TRACE_FILES)})"
        yield replace(none, allowed=allowed)


def _shapes(study: Study) -> Iterator[Finding]:
    from outlay.catalogue import day_shapes

    for name, service in study.services.items():
        if service.shape in day_shapes() or is_trace_file(service.shape):
            continue
        none = unknown(("services", name, "shape"), "shape", service.shape, day_shapes())
        allowed = f"{none.allowed}; or a file beside the study ({', '.join(TRACE_FILES)})"
        yield replace(none, allowed=allowed)


def _loads(study: Study) -> Iterator[Finding]:
    sections = _load_sections(study)
    owner: dict[str, str] = {}
    for section, items in sections.items():
        for name in items:
            if name in owner:
                what = f"the name stands in `{owner[name]}` too; loads need names of their own"
                yield Finding((section, name), what, name)
            owner.setdefault(name, section)
    for name, site in study.sites.items():
        for n, load in enumerate(site.loads):
            if load not in owner and load not in PHASES:
                yield unknown(("sites", name, "loads", n), "load", load, [*owner, *PHASES])
    named = {**sections, "fleet": study.fleet, "supply": study.supply, "sites": study.sites}
    for section, names in named.items():
        for name in names:
            if not name.strip() or "[" in name or "/" in name:
                yield Finding((section, name), "not a name", repr(name), "letters, digits, - _ .")


def _pools(study: Study) -> Iterator[Finding]:
    for name, offer in study.supply.items():
        if offer.from_pool is None:
            continue
        path = ("supply", name, "from_pool")
        pool = study.fleet.get(offer.from_pool)
        if pool is None:
            yield unknown(path, "pool of the fleet", offer.from_pool, study.fleet)
        elif pool.not_installed is None:
            hint = f"give `fleet.{offer.from_pool}.not_installed`"
            yield Finding(path, "the pool has nothing to install", offer.from_pool, hint=hint)
        elif pool.chip != offer.chip:
            yield Finding(path, "the pool holds another chip", pool.chip, offer.chip)
        elif is_on_order(study, pool):
            what = "the pool is on order: all of it stands as it arrives"
            yield Finding(path, what, offer.from_pool, "a pool that stands")


def _paths(study: Study, raw: Mapping[str, Any]) -> Iterator[Finding]:
    named: list[tuple[At, str]] = [
        (("rivals", n, "about"), rival.about) for n, rival in enumerate(study.rivals)
    ]
    for name, factor in study.sampled().items():
        named += [
            (("uncertainty", name, "applies_to", n), p) for n, p in enumerate(factor.applies_to)
        ]
    for path, text in named:
        try:
            read_path(text, raw)
        except StudyError as err:
            problem = err.problems()[0]
            yield Finding(path, problem.what, text, hint=problem.hint)
