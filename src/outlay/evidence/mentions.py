"""Who and what a text speaks of: known names in both languages, and unseen proper names."""
# ruff: noqa: E501 - patterns and formulas are kept in one piece

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, replace
from functools import cache

from outlay.evidence.clean import Cleaned
from outlay.evidence.lexicon import is_han, rows

__all__ = ["Mention", "Mentions", "find_mentions"]

ACTORS = frozenset({"company", "unit", "app", "model", "org", "buyer"})


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in the text; kind: company, unit, app, model, chip, media, analyst, government, org."""

    start: int
    end: int
    name: str
    kind: str
    possessive: bool = False


class Mentions:
    """The mentions of a document in order, sliced by span."""

    def __init__(self, found: list[Mention]) -> None:
        self.all = sorted(found, key=lambda m: (m.start, -m.end))
        self._starts = [m.start for m in self.all]

    def within(self, start: int, end: int) -> list[Mention]:
        return self.all[bisect_left(self._starts, start) : bisect_left(self._starts, end)]


@cache
def _aliases() -> dict[str, list[tuple[str, str, str]]]:
    """Aliases by their first word (Latin) or first character (Chinese), longest first."""
    index: dict[str, list[tuple[str, str, str]]] = {}
    for r in rows("entities.csv"):
        names = [r["name"], *filter(None, r["aliases"].split("|"))]
        for alias in names:
            first = alias[0] if is_han(alias[0]) else re.match(r"[A-Za-z0-9]+", alias)[0]  # type: ignore[index]
            index.setdefault(first, []).append((alias, r["name"], r["kind"]))
            if not is_han(alias[0]) and alias.upper() != alias and len(alias) > 3:
                caps = alias.upper()
                first = re.match(r"[A-Za-z0-9]+", caps)[0]  # type: ignore[index]
                index.setdefault(first, []).append((caps, r["name"], r["kind"]))
    for entries in index.values():
        entries.sort(key=lambda e: -len(e[0]))
    return index


@cache
def _starter() -> re.Pattern[str]:
    han = "".join(sorted({k for k in _aliases() if is_han(k)}))
    return re.compile(rf"(?<![A-Za-z0-9])(?:[A-Z][A-Za-z0-9]*|xAI|iFlytek|910[BC])|[{han}]")


_NOT_BYTEDANCE = re.compile(r"[\d兆千百万亿个每吉太]\s?$")
_POSSESSIVE = re.compile(r"[’']s?(?![A-Za-z])|的")


def _known(text: str) -> list[Mention]:
    index = _aliases()
    out: list[Mention] = []
    skip = 0
    for m in _starter().finditer(text):
        if m.start() < skip:
            continue
        for alias, name, kind in index.get(m[0], ()):
            end = m.start() + len(alias)
            if not text.startswith(alias, m.start()):
                continue
            last = alias[-1]
            if not is_han(last) and end < len(text) and text[end].isascii() and text[end].isalnum():
                continue
            if alias == "字节" and (
                text[end : end + 1] in "数流码"
                or _NOT_BYTEDANCE.search(text[max(0, m.start() - 2) : m.start()])
            ):
                continue
            out.append(Mention(m.start(), end, name, kind, bool(_POSSESSIVE.match(text, end))))
            skip = end
            break
    return out


_COMMON = frozenset(r["word"] for r in rows("words.csv") if r["common"])
_KEEP = frozenset(r["word"] for r in rows("words.csv") if r["opens_a_name"])
_SUFFIX = re.compile(
    r"(?:Inc|Corp|Corporation|Ltd|Limited|Group|Holdings?|Technologies|Technology|Cloud|Compute|Computing|"
    r"Networks?|Systems|Energy|Power|Capital|Partners|Labs?|Semiconductor|Microelectronics|Electronics|"
    r"Telecom|Data|Datacent(?:er|re)s?|Digital|Industries|Infrastructure|AG|SE|SA|NV|plc|PLC|GmbH|AB|ASA|"
    r"Oyj|Berhad|Bhd|Pte|LLC|AI|REIT|Utilities|Electric|Bank)\.?$"
)
_ACT = re.compile(
    r"(?:[’']s)?,? (?:\([^)]{1,40}\) )?(?:said|says|plans?|will|has|had|is|was|expects?|expected|announced|"
    r"reported|signed|raised|agreed|spent|spends|intends?|aims?|ordered|bought|built|builds?|posted|"
    r"recorded|generated|invested|operates?|leased|leases|committed|forecasts?|guided|guides|awarded|won|"
    r"wins|unveiled|launched|opened|paid|pays|budgeted|also|would|may|could|added|told|disclosed|"
    r"completed|secured|acquired|sold|sells|ships|shipped|holds|owns|runs|to (?:spend|build|buy|invest|"
    r"raise|lease|cut|double|open|deploy)|lifts?|cuts?|buys?|signs?|invests?|orders?|doubles?|raises?|deploys?)(?![A-Za-z])"
    r"|[’']s? "
)
_WEAK = re.compile(r",? (?:is|was|has|had|will|would|may|could|also)(?![A-Za-z])|[’']s? ")
_BODY = re.compile(
    r"(?:University|Institute|Ministry|City|Bank|Council|Agency|Authority|Department|Government) (?:of|for) "
)
_OFFICE = re.compile(
    r"(?:Executive|Officer|President|Chairman|Chairwoman|Director|Minister|Secretary|CEO|CFO|COO|CTO|Mr|Mrs|Ms|Dr|Analyst|Senator|Governor)\.? $"
)
_VERB_LIKE = re.compile(
    r" (?!is |was |has |this |its |as |says |said |adds |added |noted |notes |wrote |told |warned )[a-z]{2,}(?:s|ed|t) "
)
_LEGAL_LATIN = re.compile(
    r",? (?:inc|ltd|limited|corp|corporation|plc|llc|gmbh|ag|se|nv|berhad|bhd|pte|oyj|asa)\.?$",
    re.IGNORECASE,
)
_LEGAL_NEXT = re.compile(
    r",? (?:Inc|Corp|Ltd|Limited|Corporation|plc|PLC|Co|LLC|AG|SE|SA|NV|GmbH)(?![A-Za-z])"
)
_BUYER = re.compile(
    r"(?:采购人|招标人|采购单位|招标单位|建设单位|发包人|Buyer|Purchaser|Contracting [Aa]uthority|Client|Customer)(?:名称|信息)?\s?[:：]\s?(?P<name>[^，。；,;\n]{2,40})"
)
_DATELINE = re.compile(
    r"(?:, [A-Z][\w. ]+?)?(?:,? \d{1,2})? ?(?:\([^)]{2,30}\) ?)?(?:[-–—]|--) ?[A-Z]|, (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
)
_ACRONYM_ACTS = re.compile(r" (?:will|said|has|plans|signed|agreed|expects|operates|won|sold|raised|spent)(?![A-Za-z])")
_TERMS = frozenset("PPA NPU ROI GDP DRC CPI RFP MOU API SLA TCO VAT ETF HBM LLM PUE CSP SDK IPO DC IT AI EU US UK UN UAE GAS EPC".split())
_PLACE_FIRST = re.compile(r"(?:, [A-Z][\w. ]+)?: [A-Z“\"]")  # "MUMBAI: Reliance will build"
_HEADLINE = re.compile(
    r"(?:,? (?:Inc|Ltd|Limited|Corp|plc|PLC|N\.V|S\.A)\.?)?(?: ?[-–—:(]| (?:Q[1-4]|H[12]|FY|20\d\d|to |[Ff]irst|[Ss]econd|[Tt]hird|[Ff]ourth|[Aa]nnual|[Qq]uarterly|[Ii]nterim|"
    r"[Ee]arnings|[Rr]esults|[Rr]eports?|[Ff]iscal|[Hh]alf)|\n|$)"
)
_TITLE = re.compile(
    r"(?:Mr|Mrs|Ms|Dr|[Pp]resident|[Cc]hairman|[Cc]hairwoman|[Mm]inister|[Ee]xecutive|[Oo]fficer|CEO|CFO|"
    r"CTO|COO|[Aa]nalysts?|[Dd]irector|[Ss]pokes\w+|[Ff]ounder|[Cc]o-founder|[Ss]ecretary|[Gg]overnor|"
    r"[Ee]conomist|[Ss]trategist|[Hh]ead|[Cc]hief|[Bb]oss|[Ll]awyer|[Pp]artner)\.? $"
)
_ROLE = re.compile(
    r",? (?:(?:the |its |a |an |our )?[\w’' -]{0,40}?(?:chief|CEO|CFO|COO|CTO|president|chair\w*|analyst|head of|"
    r"minister|director|spokes\w+|founder|executive|economist|strategist|vice)(?![A-Za-z]))"
    r"|(?:,? ?[-–—:] ?(?:CEO|CFO|Chief|Analyst|VP|Vice))"
)
_NAME = re.compile(
    r"(?<![A-Za-z0-9$])[A-Z][A-Za-z0-9]*(?:[-&][A-Z]?[A-Za-z0-9]+)*"
    r"(?: (?:&|of the|of|and)? ?[A-Z][A-Za-z0-9]*(?:[-&.][A-Za-z0-9]+)*){0,4}"
)


_APP_LATIN = re.compile(
    r"(?<![A-Za-z])(?P<name>[A-Z]\w+(?: [A-Z]\w+)?), (?:its|the company[’']s|a|an|the)(?: [\w’'-]+){0,3}? (?:chatbot|app|assistant|model|platform)(?![A-Za-z])"
)


def _unseen_latin(text: str, sentence_starts: set[int], taken: list[Mention]) -> list[Mention]:
    busy = {i for m in taken for i in (m.start, m.end - 1)}
    candidates: list[tuple[int, int, str, bool]] = []
    strong: Counter[str] = Counter()
    for m in _NAME.finditer(text):
        start, end = m.span()
        words = m[0].split(" ")
        opening = m[0]
        opens = start in sentence_starts
        while words and (
            words[0] in ("and", "of", "&", "the")
            or (words[0] in _COMMON and (opens or words[0] not in _KEEP))
        ):
            start += len(words[0]) + 1
            words.pop(0)
        for cut, word in enumerate(words):
            if word == "and":
                words = words[:cut]
                break
        while words and (
            words[-1] in ("and", "of", "&", "the", "Inc", "Ltd", "Corp", "Co", "Form")
            or words[-1].isdigit()
            or re.fullmatch(r"[QH][1-4]|FY\d*|CEO|CFO|COO|CTO|[1-4]Q|[12]H", words[-1])
        ):
            words.pop()
        name = " ".join(words)
        end = start + len(name)
        if len(name) < 3 or not name or name in _COMMON or start in busy or end - 1 in busy:
            continue
        if any(w[0].isdigit() for w in words) or all(w in _COMMON for w in words):
            continue
        if len(words) == 1 and name.isupper() and len(name) < 4 and (
            name in _TERMS or not _ACRONYM_ACTS.match(text, end)
        ):
            continue
        if _TITLE.search(text, max(0, start - 24), start) or _ROLE.match(text, end):
            continue
        if len(opening) > len(name) and _OFFICE.search(opening[: len(opening) - len(name)]):
            continue
        acts = bool(_ACT.match(text, end)) or bool(_SUFFIX.search(name)) or bool(_BODY.match(name))
        legal = bool(_LEGAL_NEXT.match(text, end))
        acts = acts or legal
        if (
            acts
            and not legal
            and start in sentence_starts
            and len(words) == 1
            and _WEAK.match(text, end)
        ):
            acts = False
        if (
            _DATELINE.match(text, end)
            and (name.isupper() or len(words) <= 2)
            and start in sentence_starts
        ):
            continue
        if name.isupper() and len(words) <= 3 and opens and _PLACE_FIRST.match(text, end):
            continue
        if start in sentence_starts and start < 120 and _HEADLINE.match(text, end):
            acts = True
        if acts:
            strong[name] += 1
        elif start in sentence_starts and len(words) == 1 and not _VERB_LIKE.match(text, end):
            continue
        candidates.append((start, end, name, acts))
    often = Counter(name for _, _, name, _ in candidates)
    for _, end, name, _ in candidates:
        if not strong[name] and (often[name] > 1 or " " in name) and _VERB_LIKE.match(text, end):
            strong[name] += 1
    out = []
    for start, end, name, _ in candidates:
        if strong[name]:
            out.append(
                Mention(start, end, _canonical(name), "org", bool(_POSSESSIVE.match(text, end)))
            )
    return out


def _canonical(name: str) -> str:
    """A company's name without its legal form and without capitals all through."""
    short = _LEGAL_LATIN.sub("", name).strip(" ,") or name
    if short.isupper() and len(short) > 5:
        short = " ".join(w if len(w) <= 2 else w.capitalize() for w in short.split())
    return short


_HAN_ORG = re.compile(
    r"(?:(?<=[，。；：、“”（）()《》\s\n由向与和及对在据从为是的等给将让])|^)"
    r"(?P<name>(?!本|该|各|多|我|其|这|那|两|一|三|某|上市|子|母|分|控股|国内|海外|全球|科技|互联网|民营|央|大型|头部|几|数|有限|投资|半导体|人工|云计算|云服务|云端|数据|电力|另|同)"
    r"[\u3400-\u9fff]{2,8}?"
    r"(?:集团|科技|股份|控股|智能|智算|算力|云计算|数据|电力|能源|半导体|微电子|电子|信息|通信|网络|软件|证券|资本|研究院|电信|有限公司|公司))"
    r"(?=[，。；：、“”（）()\s\n的将在于计预表宣发称拟与和及同向已今去明第一前上下实营完签中经业财日月年季投报正旗还未或获在之]|公布|公告|20)",
    re.MULTILINE,
)
_HAN_INNER = re.compile(
    r"[\u3400-\u9fff]{2,6}?(?:集团|科技|股份|控股|智能|智算|算力|数据局|大学|学院|医院|能源局|管理局|研究院|银行|证券)(?!有限|公司|股份|集团|控股)"
)
_HAN_NEVER = re.compile(
    r"用于|股东|归属|自研|自建|自有|采购|投资|建设|增长|计划|使用|获得|约|超|预计|[量率额值价]$|容量|价格|[州省市区县国]$|地区|中的|其中|合计|日均|平均|人工智能|数据中心|机柜|服务$|收入|支出|部分|方面|[。，]"
)
_HAN_TITLE = re.compile(
    r"(?P<name>[\u3400-\u9fffA-Za-z]{2,12}?(?:局|大学|学院|医院|政府|委员会|银行|集团|公司|科技|数据|智算|云|股份|中心))"
    r"(?=[\u3400-\u9fff]{0,24}(?:公告|业绩|财报|年报|季报|纪要|报告|经营|招标|公示|概览|简报|摘要))"
)
_HAN_APP = re.compile(
    r"(?:应用|App|APP|产品|模型|助手|聊天机器人|平台|软件)(?:程序)?[“\"「《](?P<name>[^”\"」》，。]{2,12})[”\"」》]"
)
_HAN_PLATFORM = re.compile(
    r"(?:^|(?<=[，。；\n]))(?P<name>[\u3400-\u9fff]{2,4})(?=平台的?(?:客户|用户|日均|月活|累计|调用|注册|服务))",
    re.MULTILINE,
)
_HAN_BIDDER = re.compile(
    r"(?<=[：；，、。\n])(?P<name>[\u3400-\u9fff]{2,8}?)(?=(?:的)?(?:投标报价|投标|中标|报价|以[\d.]+[亿万]))"
)
_HAN_WINNER = re.compile(
    r"(?:第[一二三四五]名|候选人|中标人|中标单位|成交人|成交供应商|中标供应商)(?:分别)?[为是:：]\s?"
    r"(?P<name>[\u3400-\u9fffA-Za-z]{2,20}?)(?=[，,。；;、（(\s])"
)
_HAN_TAIL = re.compile(r"(?:科技|集团|股份|控股|信息|网络|技术|电子|智能|数据|通信)+$")
_LEGAL = re.compile(r"(?:集团)?(?:股份)?有限(?:责任)?公司$|股份公司$")
_HAN_LEAD = re.compile(
    r"(?P<name>[\u3400-\u9fffA-Za-z·]{2,10}?)"
    r"(?=(?:[（(][^）)]{1,30}[）)])?(?:计划|此前|曾|自研|自主|旗下|有望|表示|宣布|预计|公布|发布|披露|拟|斥资|今年|去年|明年|20\d\d年|第[一二三四]季度|三季度|二季度|"
    r"一季度|四季度|上半年|下半年|已|将|正在|日前|近日|的|在|与|向|全年|前三季度|完成|获得|中标|签订|签署|启动|董事会|首席|创始人|CEO|CFO|采购|招标))"
)
_HAN_NOT = re.compile(
    r"^(?:公司|本公司|该公司|我们|项目|本项目|其中|此外|同时|其|这|该|报告|另外|目前|由于|如果|若|根据|据|随着|与此|相比|受|按|截至|预计|"
    r"今年|去年|明年|本|上述|以上|双方|管理层|分析师|业内|市场|行业|国内|海外|全球|中国|美国|日本|政府|消息|知情|记者|近日|日前|昨日|此前|"
    r"未来|其他|一|二|三|四|第|每|全|单|总|各|约|近|超|至|到|在|从|对|为|是|不|但|而|也|还|又|并|且|因|所|因此|招标|采购|投标|"
    r"中标|合同|资金|预算|服务|交付|质保|付款|资本|营业|营收|净|毛利|研发|自由|经营|现金|用户|芯片|算力|电(?:力|价|费)|机(?:柜|架|房|构)|数据|云(?:计算|服务|业务|收入)|人工|大模型|模型|租|折旧|利用|"
    r"平均|日均|月|年|同比|环比|增|降|价格|训练|推理|园区|项目|供电|新(?:增|一|型|建|版|的)|老|他|她|它|问|答|主持|谢|会议|公告|标题|来源|编辑|作者|责任|"
    r"董事|首席|财务|总裁|副|投资|融资|估值|订单|出货|产能|产量|交货|需求|供应|成本|费用|利润|收入|当|随|即|如|以|于|可|能|会|应|需|将|已|正|更|最|很|仅|只)"
)


def _unseen_han(text: str, cleaned: Cleaned, taken: list[Mention]) -> list[Mention]:
    busy = {i for m in taken for i in range(m.start, m.end)}
    out: list[Mention] = []
    names: Counter[str] = Counter()

    def add(start: int, end: int) -> None:
        name = text[start:end]
        cut = _HAN_INNER.match(name)
        if cut and len(cut[0]) < len(name):
            end = start + len(cut[0])
            name = cut[0]
        if _HAN_NEVER.search(name) or len(name) < 2 or text.startswith("中心", end):
            return
        if any(i in busy for i in range(start, end)):
            return
        busy.update(range(start, end))
        short = _LEGAL.sub("", name)
        names[short] += 1
        out.append(Mention(start, end, short, "org", text[end : end + 1] == "的"))

    for m in _HAN_ORG.finditer(text):
        if not _HAN_NOT.match(m["name"]):
            add(*m.span("name"))
    for m in _HAN_APP.finditer(text):
        start, end = m.span("name")
        if not any(i in busy for i in range(start, end)):
            busy.update(range(start, end))
            out.append(Mention(start, end, m["name"], "app", text[end + 1 : end + 2] == "的"))
    for m in _HAN_BIDDER.finditer(text):
        if not _HAN_NOT.match(m["name"]):
            add(*m.span("name"))
    for m in _HAN_PLATFORM.finditer(text):
        start, end = m.span("name")
        if not _HAN_NOT.match(m["name"]) and busy.isdisjoint(range(start, end)):
            busy.update(range(start, end))
            out.append(Mention(start, end, m["name"], "app"))
    for m in _HAN_WINNER.finditer(text):
        if not _HAN_NOT.match(m["name"]):
            add(*m.span("name"))
    for s in cleaned.sentences:
        if s.chinese and s.heading and s.start < 200:
            title = _HAN_TITLE.match(text, s.start, s.end)
            if title and not _HAN_NOT.match(title["name"]):
                add(*title.span("name"))
        if s.chinese:
            lead = _HAN_LEAD.match(text, s.start, s.end)
            if (
                lead
                and re.search("[\u3400-\u9fff]|[A-Z]", lead["name"])
                and not _HAN_NOT.match(lead["name"])
            ):
                add(*lead.span("name"))
    for m in re.finditer(r"(?:以下|下)简称[：:]?\s?[“\"「]([^”\"」]{2,10})[”\"」]", text):
        if not re.search(r"公司|项目|集团$", m[1]):
            names[m[1]] += 1
    for name in list(names):
        for m in re.finditer(re.escape(name), text):
            if not any(i in busy for i in range(m.start(), m.end())):
                busy.update(range(m.start(), m.end()))
                out.append(
                    Mention(m.start(), m.end(), name, "org", text[m.end() : m.end() + 1] == "的")
                )
    return _short_names(out, names)


def _short_names(found: list[Mention], names: Counter[str]) -> list[Mention]:
    """One name for one company: 恒泰云科技 is 恒泰云 where the text uses both."""
    plain = {n: _HAN_TAIL.sub("", n) for n in names}
    short = {n: s for n, s in plain.items() if s != n and len(s) >= 2 and s in names}
    return [replace(m, name=short[m.name]) if m.name in short else m for m in found]


_SHOUT = re.compile(
    r"^[ \t#]*(?P<name>[A-Z][A-Z&.,'’ -]{3,60}?),? (?:INC|LTD|LIMITED|CORP|CORPORATION|PLC|HOLDINGS|GROUP|TRUST|BERHAD|CO|N\.V|S\.A|AG|SE)\.?(?: (?:INC|LTD|LIMITED|CORP|CORPORATION|PLC|BERHAD)\.?)*(?=[ \n(,]|$)",
    re.MULTILINE,
)


def _shouted(text: str, taken: list[Mention]) -> list[Mention]:
    """A filer's name in capitals at the head of a filing, in ordinary letters."""
    m = _SHOUT.search(text[:600])
    if m is None or any(t.start < m.end() and m.start() < t.end for t in taken):
        return []
    full = re.sub(
        r",? (?:INC|LTD|LIMITED|CORP|CORPORATION|PLC|BERHAD|CO|N\.V|S\.A|AG|SE)\.?(?= |$)",
        "",
        m[0].strip(" #\t"),
    )
    return [Mention(m.start(), m.end(), _canonical(full), "company")]


def find_mentions(cleaned: Cleaned) -> Mentions:
    """Known names first; then unseen proper names that act, own, or carry a company's suffix."""
    text = cleaned.text
    known = _known(text)
    starts = {s.start for s in cleaned.sentences}
    found = known + _unseen_latin(text, starts, known)
    found += _shouted(text, found)
    apps = {m["name"] for m in _APP_LATIN.finditer(text)} - {m.name for m in found}
    for name in apps:
        for m in re.finditer(rf"(?<![A-Za-z]){re.escape(name)}(?![A-Za-z])", text):
            found.append(Mention(m.start(), m.end(), name, "app", bool(_POSSESSIVE.match(text, m.end()))))
    for m in _BUYER.finditer(text[:20_000]):
        if not any(t.start < m.end("name") and m.start("name") < t.end for t in found):
            name = _LEGAL.sub("", m["name"].strip())
            found.append(
                Mention(m.start("name"), m.start("name") + len(m["name"].strip()), name, "buyer")
            )
    if any(s.chinese for s in cleaned.sentences):
        found += _unseen_han(text, cleaned, found)
    return Mentions(found)
