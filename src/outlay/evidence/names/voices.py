"""Who says it, under what condition, as plan, estimate or report, and whether it is denied."""
# ruff: noqa: E501 - patterns and formulas are kept in one piece

from __future__ import annotations

import re
from dataclasses import dataclass

from outlay.evidence.types import Kind

__all__ = ["Voice", "attribution", "condition", "is_denied", "is_future", "kind_of", "looks_ahead"]

_VERB = (
    r"(?:said|says|stated|states|noted|notes|told|reported|reports|estimate[sd]?|forecasts?|expects?|added|adds|"
    r"wrote|writes|announced|disclosed|confirmed|predict(?:s|ed)?|project(?:s|ed)?|calculate[sd]?|reckons?|argued|"
    r"commented|indicated|believes?|put|puts|showed|shows?|suggest(?:s|ed)?|claimed|claims)"
)
_SOURCE = (
    r"(?:the |a |an |two |three |four |several |multiple |other |some |one |another |its |our )?"
    r"(?:[\w’'-]+ ){0,3}?(?:sources?|people|persons?|person|individuals?|analysts?|executives?|officials?|"
    r"spokes\w+|management|insiders?|filing|report|statement|document|documents|memo|investor|bank|firm|"
    r"regulator|company|company’s filing|newspaper|researchers?|economists?)"
    r"(?: (?:familiar|close|briefed|with (?:direct )?knowledge|involved|at|from|with)[^,.;]{0,60}?)?"
)
_EN = [
    re.compile(
        r"(?:\b[Aa]ccording to|\b[Cc]iting|\b[Aa]s reported by|^Per|\bas per|\b[Dd]ata from|[Qq]uoting|[Bb]ased on) (?P<who>(?:data |figures |estimates |research |a report |the report |information )?(?:from |by |in )?[^,.;:()]{3,70})"
    ),
    re.compile(
        rf"(?:^|[,.;] ?|\bthat |\band )(?P<who>(?:[Tt]he |A |An |Two |Three |Several |Multiple |Analysts (?:at|from) )?(?:[A-Z][\w&.’'-]*(?: (?:of|and|&|at))? ?){{1,6}}(?:analysts?|researchers?|executives?|spokes\w+|chief \w+(?: officer)? [A-Z]\w+ [A-Z]\w+)?)\s?(?:,[^,]{{3,60}},)? ?(?:also |has |have |had |further |previously )?{_VERB}(?= that| in| on|,| it| the| its| [a-z]|:)"
    ),
    re.compile(
        rf"(?P<who>(?:[Tt]he|[Aa]n?|[Tt]wo|[Tt]hree|[Ss]everal|[Mm]ultiple|[Oo]ne|[Ss]ome|[Oo]ther)? ?{_SOURCE}),? (?:also |has |have |had |further )?{_VERB}\b"
    ),
    re.compile(
        r"[,”\"] (?P<who>[^,.;“”\"]{3,60}?) (?:also )?(?:said|says|stated|noted|told|added|wrote|reported|estimated)\b"
    ),
    re.compile(r"[,”\"] (?:said|says|according to) (?P<who>[^,.;]{3,60})"),
]
_EN_ANAPHOR = re.compile(
    rf"^(?:[Tt]hey|[Ii]ts analysts|[Tt]he (?:individual|person|people|sources?|analysts?|executives?)|[Ss]he|[Hh]e|[Aa]nalysts at the (?:investment )?bank|[Tt]he (?:investment )?bank|[Tt]he broker(?:age)?|[Tt]he (?:research )?firm) (?:also |further |then )?{_VERB}"
)
_ZH = [
    re.compile(
        r"(?:据|根据|援引|按照|按)(?P<who>[^，。；：]{1,30}?)(?:的?(?:报道|消息|数据|统计|披露|测算|估算|估计|预测|显示|透露|介绍|公告|财报|研报|报告|文件|说法|口径|知情人士))"
    ),
    re.compile(
        r"(?P<who>[^，。；：“”、]{2,24}?)(?:报道称|报道|表示|称(?!为|作|之)|指出|透露|认为|披露|估计|估算|预测|预计|测算|补充|强调|坦言|介绍|说[，：:]|回应|援引|数据显示|统计显示|报告显示|研报显示)"
    ),
]
_ZH_ANAPHOR = re.compile(
    r"^(?:该|上述|这名|这位|前述|他|她|他们|消息人士|知情人士|管理层|分析师|该行)[^，。]{0,8}?(?:还|并|同时|另|则)?(?:表示|称|指出|透露|认为|补充|说|预计|估计|预测)"
)
_GENERIC = re.compile(
    r"^(?:the |a |an |its |該|该)?(?:company|group|firm|management|it|they|we|he|she|who|which|that|and|but|also|revenue|公司|集团|管理层|其|此外|并|同时|但)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Voice:
    """A source named in a sentence: its words, and their span there ('' where none)."""

    who: str = ""
    start: int = -1
    end: int = -1
    carried: bool = False


def attribution(text: str, chinese: bool, previous: str) -> Voice:
    """The source of a sentence; "they", "the individual" carry the previous one on."""
    anaphor = (_ZH_ANAPHOR if chinese else _EN_ANAPHOR).match(text)
    if anaphor and previous:
        return Voice(previous, anaphor.start(), anaphor.end(), True)
    if not chinese and not re.search(
        _VERB + r"|ccording|[Cc]iting|\bas per |^Per |[Dd]ata from", text
    ):
        return Voice()
    for pattern in _ZH if chinese else _EN:
        for match in pattern.finditer(text):
            who = re.sub(r"^(?:that|and|but|while|，)\s+", "", match["who"].strip(" ,:：“”\"'"))
            if not who or _GENERIC.match(who) or len(who) < 2:
                continue
            if chinese and re.search(r"\d|^(?:较|比|此前|受|与|但|预计|目前|市场|高于|低于)", who):
                continue
            return Voice(who, *match.span("who"))
    return Voice()


_IF_EN = re.compile(
    r"\b(?P<c>(?:[Ii]f|[Pp]rovided that|[Pp]rovided|[Aa]ssuming(?: that)?|[Ss]ubject to|[Uu]nless|[Cc]onditional on|"
    r"[Cc]ontingent (?:up)?on|[Pp]ending|[Oo]nce|[Ss]hould)(?= \w+) [^,.;]{4,140})"
)
_IF_ZH = re.compile(
    r"(?P<c>(?:如果|若(?!干)|倘若|假如|一旦|只要|前提是|假设|在[^，。；]{2,30}?的(?:情况|前提|条件)下|须经|有待|取决于|待(?=[^，。；]{0,16}(?:批准|获批|通过|落地)))[^，。；]{0,60})"
)


def condition(text: str, chinese: bool) -> str:
    """The condition that a sentence puts on itself, in its own words; '' where none."""
    match = (_IF_ZH if chinese else _IF_EN).search(text)
    if match is None:
        return ""
    words = match["c"].strip()
    if (
        re.match(r"[Ss]hould ", words)
        and match.start() > 0
        and not text[: match.start()].rstrip().endswith((",", ".", ";"))
    ):
        return ""
    return words


_FUTURE_EN = re.compile(
    r"\b(?:will|would|should|plans?|planned|planning|intends?|aims?|aiming|targets?|targeting|budget(?:ed|s)?|to (?:invest|spend|build|"
    r"raise|reach|buy|expand|increase|lease|add|deploy|procure|open|cut|double|install|be)|going to|expects? to|expected to|set to|"
    r"scheduled|opted to|decided to|agreed to|commit(?:s|ted) to|pledged?|earmark(?:ed|s)?|allocated|guidance|guid(?:es|ed|ing)|outlook|"
    r"proposes?|proposed|due to|over the next|next (?:year|quarter|month)|by 20\d\d|may|might|could|in the pipeline|under construction|ceiling)\b"
)
_FUTURE_ZH = re.compile(
    r"将(?!近|其|公司)|计划|拟|预算|打算|目标|力争|有望|指引|规划|预计|明年|后年|未来|下(?:季度|月|半年将)|准备|承诺|可能|或将|最高限价|招标"
)
_ESTIMATE_EN = re.compile(
    r"\b(?:estimate[sd]?|forecasts?|projects?(?=s? (?:that|capex|revenue|spending|global|demand|\w+ to))|projected|"
    r"predict(?:s|ed)?|expects?|expected|reckons?|consensus|implied|believes?|assum(?:es|ing|ed)|likely|anticipates?|calculates?)\b"
)
_ESTIMATE_ZH = re.compile(
    r"估计|估算|预测|测算|机构预计|料将|研报|市场预期|一致预期|粗略|推算|预计"
)
_PAST_EN = re.compile(
    r"\b(?:was|were|had|rose|fell|grew|spent|reached|totall?ed|recorded|reported|posted|generated|came in|stood|amounted|increased|"
    r"decreased|declined|invested|raised|completed|jumped|surged|dropped|bought|paid|signed|awarded|won|ended|shipped|delivered|hit|topped|surpassed|exceeded|climbed|sold|held|served|processed)\b"
)
_PAST_ZH = re.compile(
    r"为[约近超]?\d|实现|达到|达(?=\d|约|近|超)|同比|环比|已(?:经)?|完成|中标|截至|录得|累计|突破|签订|签署|交付|采购了|增至|升至|降至|了"
)


def looks_ahead(clause: str, chinese: bool) -> bool:
    """Whether a clause speaks of what is to come, or expects it."""
    return is_future(clause, chinese) or bool(re.search(r"\bexpects?\b|\bsees?\b", clause))


def is_future(text: str, chinese: bool) -> bool:
    """Whether a sentence speaks of what is to come."""
    return bool((_FUTURE_ZH if chinese else _FUTURE_EN).search(text))


def kind_of(clause: str, chinese: bool, source: str, source_kind: str, inherited: Kind) -> Kind:
    """Reported, planned or estimated, from the words of the claim's own clause."""
    future, estimate, past = (
        (_FUTURE_ZH, _ESTIMATE_ZH, _PAST_ZH) if chinese else (_FUTURE_EN, _ESTIMATE_EN, _PAST_EN)
    )
    third = source_kind == "analyst" or bool(
        re.search(r"nalyst|broker|econom|证券|研报|分析师|机构|券商|高盛|投行", source)
    )
    if estimate.search(clause) and third and not re.search(r"\b(?:noted|said) that in\b", clause):
        return "estimated"
    if re.search(r"\bcontinues? to\b|\btypically\b|持续|一直", clause):
        return "reported"
    if re.search(
        r"\b(?:will|plans?|intends?|aims?|budget(?:ed)?|guidance|targets?|pledged)\b|计划|拟|预算|指引|目标|规划|将(?!近)",
        clause,
    ):
        return "planned"
    if future.search(clause) and not past.search(clause):
        return "planned"
    if estimate.search(clause) and not past.search(clause):
        own = not third and not re.search(
            r"\b(?:estimate[sd]?|forecasts?|projected|predict\w*|reckons?|consensus|implied|assum\w+|likely)\b|估计|估算|预测|测算|料将",
            clause,
        )
        return "planned" if own else "estimated"
    if not past.search(clause):
        return inherited
    return "reported"


_DENY_EN = re.compile(
    r"\b(?:den(?:y|ies|ied)|not (?:plan|intend|expect|true|spend|invest)\w*|no plans?|ruled out|rejected|refuted|untrue|"
    r"(?:did|does|do|will|would|has|have|had|was|were|is|are) not (?!only|just|yet|includ\w+|disclos\w+|respond|comment|count)\w+|n[’']t (?!includ\w+)\w+|never|"
    r"inaccurate|incorrect|cancell?ed|abandon(?:ed|s)?|scrapp(?:ed|ing)|no longer|not going to)\b"
)
_DENY_ZH = re.compile(
    r"否认|不属实|并非|不会|没有(?!披露)|未(?:曾|能|达到|达成|计划)|并未|不再|取消|放弃|不实|辟谣|终止|不计划|无意"
)


def is_denied(clause: str, chinese: bool) -> bool:
    """Whether the clause denies its own number ("denied that it would spend 14bn")."""
    return bool((_DENY_ZH if chinese else _DENY_EN).search(clause))
