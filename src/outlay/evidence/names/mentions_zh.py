"""Proper names that no table knows, in Chinese: by what stands before and after them."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from outlay.evidence.names.mention import Mention, places_of
from outlay.evidence.text.clean import Cleaned

__all__ = ["LEGAL_HAN", "unseen_han"]

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
LEGAL_HAN = re.compile(r"(?:集团)?(?:股份)?有限(?:责任)?公司$|股份公司$")
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


def unseen_han(text: str, cleaned: Cleaned, taken: list[Mention]) -> list[Mention]:
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
        short = LEGAL_HAN.sub("", name)
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
    places = places_of(names, text)
    for name in list(names):
        for start in places.get(name, ()):
            end = start + len(name)
            if busy.isdisjoint(range(start, end)):
                busy.update(range(start, end))
                out.append(Mention(start, end, name, "org", text[end : end + 1] == "的"))
    return _short_names(out, names)


def _short_names(found: list[Mention], names: Counter[str]) -> list[Mention]:
    """One name for one company: 恒泰云科技 is 恒泰云 where the text uses both."""
    plain = {n: _HAN_TAIL.sub("", n) for n in names}
    short = {n: s for n, s in plain.items() if s != n and len(s) >= 2 and s in names}
    return [replace(m, name=short[m.name]) if m.name in short else m for m in found]
