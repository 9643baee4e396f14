"""Training that the plan places itself: how much of it, by when, and at which sites it may run."""

from __future__ import annotations

import numpy as np

from outlay.core.arrays import Array
from outlay.core.periods import SECONDS_PER_DAY
from outlay.demand.campaigns import campaign_chips
from outlay.demand.types import CampaignNeed, Load
from outlay.planning.problem.node_studies import Branches, NodeStudies, level
from outlay.planning.problem.types import Campaign
from outlay.study.model.supply import Site

__all__ = ["campaigns_of", "software_gain", "takes"]


def takes(name: str, site: Site, load: Load) -> bool:
    """Whether the load may be served there: its places name the site, which runs such work."""
    here = {name, site.region, *site.tags}
    names = {load.service, load.phase, load.service.partition("@")[0], load.id.partition("@")[0]}
    wanted = not load.places or bool(here.intersection(load.places))
    return wanted and (not site.loads or bool(names.intersection(site.loads)))


def software_gain(ns: NodeStudies) -> Array:
    """[node]: gain of software since the first period."""
    gain = np.empty(len(ns.tree))
    for node, s in enumerate(ns.nodes):
        gain[node] = (1.0 + s.performance.software_gain.value) ** int(ns.tree.period[node])
    return gain


def campaigns_of(ns: NodeStudies, branches: Branches) -> tuple[Campaign, ...]:
    """Campaigns in busy seconds of their reference chip, as each branch has them."""
    tree, out = ns.tree, []
    gain = software_gain(ns)
    days = np.array([p.days for p in tree.periods])
    demand, units = branches.demand[0], branches.units(campaigns=True)
    for i, need in enumerate(demand.campaigns):
        own, by_node = branches.capacity[0].units_per_chip[len(demand.loads) + i], units[i]
        chips = _chips(ns, need)
        whole: Array = chips @ days * SECONDS_PER_DAY
        each: Array = chips[np.arange(len(tree)), tree.period] * tree.seconds
        out.append(
            Campaign(
                need.load.id,
                each if need.even else whole,
                need.start,
                need.due,
                own,
                tuple(k for k, s in ns.base.sites.items() if takes(k, s, need.load)),
                level(branches.campaigns(i, lambda x: x.shed_cost)),
                gain,
                block_chips=need.block,
                even=need.even,
                units_by_node=None if np.all(by_node == own[:, None]) else by_node,
            )
        )
    return tuple(out)


def _chips(ns: NodeStudies, need: CampaignNeed) -> Array:
    """[node, period] mean chips of the campaign at the place, as the node's study says."""
    place = need.load.places[0]
    seen: dict[int, Array] = {}
    for study in ns.nodes:
        if id(study) not in seen:
            c = study.training[need.campaign]
            share = c.places[place].value if place in c.places else 0.0
            seen[id(study)] = campaign_chips(c, share, ns.tree.periods)
    return np.array([seen[id(study)] for study in ns.nodes])
