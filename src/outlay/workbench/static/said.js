// Words of the pages that show kept plans, in English and Chinese; others stand in words.js.

import { say as others, spoken } from "./words.js";

const EN = {
  why_hint: "Enter or click: where it comes from", why_of: "Where it comes from: {what}", why_back: "Back",
  close: "Close", as_kept: "the study as it stands", open: "Open", hide: "Close the report",
  // runs
  no_runs: "No plan is kept yet. Open a study, move what you like, and keep the plan.",
  runs_hint: "Choose two to compare.", choose: "Choose to compare", run: "Plan", study: "Study", laid: "Laid over it",
  cost: "What it costs", checks: "Checks", kept: "Kept", files: "Files", export: "Download as a folder (zip)",
  rename: "Name", name_it: "Name of the plan", save: "Save", remove: "Remove", remove_sure: "Remove this plan and its files?",
  yes_remove: "Yes, remove", no: "No", bring: "Bring in a plan", bring_hint: "the zip of a run's folder", working: "Working …",
  compare_two: "Compare the two", valid: "all hold", invalid: "INVALID", download: "Download", size: "Size", file: "File",
  only: "Of this study", all_studies: "All studies", bytes: "{n} bytes", kilobytes: "{n} kB", megabytes: "{n} MB",
  // compare
  from: "From", to: "To", swap: "Swap", two_needed: "Two kept plans are needed, and so many are kept: {n}.",
  pick_other: "Choose another plan to compare it with.",
  // catalogue
  table: "Table", search: "Search", search_hint: "words that a row must have", back_to: "Back to {table}",
  t_chips: "Chips", t_models: "Models", t_prices: "Prices", t_fx: "Exchange rates", t_regions: "Regions",
  t_events: "Export controls", t_series: "Token series", t_peers: "Peers", t_costs: "Costs", t_traces: "Traces",
  t_shapes: "Day shapes", t_facts: "Market facts", t_disputes: "Disputed figures",
  // evidence
  documents: "What the documents say", numbers: "Each number and who says so", number: "Number", value: "Value", range: "Stated range",
  grade: "Evidence", source: "Source", note: "Note", line: "Line", assumed: "assumed", find: "Find a number",
  only_assumed: "Assumptions only", n_numbers: "{n} numbers", n_shown: "{n} of {all} numbers",
  // trail
  trail: "What was done, by whom", when: "When", who: "Who", did: "What", about: "To what", detail: "More", more: "Older lines",
  no_trail: "Nothing was done yet.", trail_admin: "Only who administers the workspace reads the trail.", newer: "Newer lines",
  trail_hint: "Each line carries the hash of the one before, so a changed line is found.",
  // sweeps
  begin_sweep: "Begin a sweep", vary: "Vary", vary_hint: "one a line: path=low..high, path=low..high:5, path=a|b, or a path alone",
  sample: "Cases drawn", seed: "Seed", begin: "Begin", no_sweeps: "No sweep of this study yet.", state: "State", done: "done",
  sweep: "Sweep", cases: "Cases", share: "Share", rows: "All rows (Parquet)", drivers: "What drives what", surface: "Response surface",
  across: "Across", up: "Up", of: "Of", cancel: "Cancel", asked: "Asked for", why: "Why", add: "Add an input to vary", pick_input: "An input …",
};

const ZH = {
  why_hint: "按回车或点击：数字从何而来", why_of: "从何而来：{what}", why_back: "返回",
  close: "关闭", as_kept: "研究原样", open: "打开", hide: "关闭报告",
  no_runs: "还没有保存的方案。打开一项研究，调整后保存方案。",
  runs_hint: "选两个作比较。", choose: "选来比较", run: "方案", study: "研究", laid: "所作改动",
  cost: "费用", checks: "检验", kept: "保存", files: "文件", export: "下载整个文件夹（zip）",
  rename: "命名", name_it: "方案名称", save: "保存", remove: "删除", remove_sure: "删除该方案及其文件？",
  yes_remove: "是，删除", no: "否", bring: "导入方案", bring_hint: "运行文件夹的 zip", working: "处理中……",
  compare_two: "比较这两个", valid: "全部成立", invalid: "无效", download: "下载", size: "大小", file: "文件",
  only: "本研究", all_studies: "全部研究", bytes: "{n} 字节", kilobytes: "{n} kB", megabytes: "{n} MB",
  from: "从", to: "到", swap: "互换", two_needed: "比较需要两个保存的方案，现有：{n}。",
  pick_other: "请另选一个方案来比较。",
  table: "表", search: "搜索", search_hint: "行中须含的词", back_to: "回到{table}",
  t_chips: "芯片", t_models: "模型", t_prices: "价格", t_fx: "汇率", t_regions: "地区",
  t_events: "出口管制", t_series: "词元序列", t_peers: "同行", t_costs: "成本", t_traces: "请求记录",
  t_shapes: "日内形状", t_facts: "市场事实", t_disputes: "有争议的数字",
  documents: "文件所言", numbers: "每个数字及其出处", number: "数字", value: "值", range: "所述区间",
  grade: "证据", source: "来源", note: "备注", line: "行", assumed: "假设", find: "查找数字",
  only_assumed: "只看假设", n_numbers: "{n} 个数字", n_shown: "{all} 个数字中的 {n} 个",
  trail: "何人做了何事", when: "时间", who: "何人", did: "何事", about: "对象", detail: "详情", more: "更早的记录",
  no_trail: "尚无记录。", trail_admin: "只有工作区管理员可读审计记录。", newer: "更新的记录",
  trail_hint: "每行带有前一行的哈希，改动一行即可发现。",
  begin_sweep: "开始扫描", vary: "变化", vary_hint: "每行一条：路径=低..高、路径=低..高:5、路径=a|b，或只写路径",
  sample: "抽取个数", seed: "种子", begin: "开始", no_sweeps: "本研究尚无扫描。", state: "状态", done: "完成",
  sweep: "扫描", cases: "个数", share: "进度", rows: "全部行（Parquet）", drivers: "什么影响什么", surface: "响应面",
  across: "横轴", up: "纵轴", of: "数值", cancel: "取消", asked: "提交", why: "原因", add: "加一个变化的输入", pick_input: "选择输入……",
};

export const tables = { en: EN, zh: ZH };

export function say(key, names = {}) {
  const text = tables[spoken()]?.[key] ?? EN[key];
  if (text === undefined) return others(key, names);
  return text.replace(/\{(\w+)\}/g, (all, name) => (name in names ? String(names[name]) : all));
}
