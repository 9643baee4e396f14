// The page's own words in English and Chinese; what a plan says comes from the server in its words.

const EN = {
  skip: "Skip to the answer",
  nav: "Pages", language: "Language", studies: "Studies", decision: "Decision", inputs: "Inputs",
  scenarios: "Scenarios", tree: "Tree", sites: "Sites and megawatts", money: "Money",
  evidence: "Evidence", runs: "Kept plans", compare: "Compare", catalogue: "Catalogue",
  sweeps: "Sweeps", trail: "Trail", text: "Study text", version: "version {n}",
  // how an answer stands
  asking: "Working on it …", coarse: "First answer; refining …", exact: "Exact",
  exact_hint: "The certified optimum of what you see on the left.",
  coarse_hint: "Read at once from the solved plan. The exact answer follows.",
  problem: "No answer to this", gone: "The server does not answer. Trying again …",
  gone_hint: "Your changes are in this page and in its address; nothing is lost.",
  refused: "You are not let in here", refused_hint: "Open the link that `outlay serve` printed, or ask for a token.",
  superseded: "A newer question of this page is being answered.",
  announce_exact: "Exact: {cost}", announce_coarse: "First answer: {cost}, refining",
  announce_problem: "No answer: {what}", announce_gone: "The server does not answer",
  infeasible: "These limits cannot be met together", infeasible_hint: "Move one of the named limits, or undo.",
  wrong_input: "This cannot be planned as it stands",
  // headline
  cost: "What the plan costs", unchanged: "as the study stands", against: "{difference} against the study as it stands",
  same: "the same as the study as it stands", least: "No plan costs less than {least}.",
  orders: "What to order now", thing: "What", now: "Now", before: "As it stands", difference: "Difference",
  no_orders: "Nothing is ordered in the first period.", changed: "changed",
  first_screen: "The decision", first_wait: "The first screen follows with the exact answer.",
  first_old: "Of the last exact plan; the new one is being worked out.",
  // inputs
  search: "Find an input", search_hint: "name, path, source …", none_found: "No input has this in it.",
  only_changed: "Changed only", grade: "Evidence",
  M: "measured", R: "reported", D: "derived", E: "estimated", A: "assumed",
  legend: "Letters", range: "stated range {low} to {high}", source: "Source", no_source: "no source: assumed",
  line: "line {line} of the study", was: "was {value}", reset: "Back to the study's value",
  value_of: "Value of {name}", slider_of: "Slider of {name}", fields: "What no slider moves",
  n_inputs: "{n} inputs", n_changed: "{n} changed", loading_inputs: "Reading the study's inputs …",
  no_slider: "no span known: type a value",
  at_study: "the study's value", typed_hint: "Number with a unit, such as {example}. Enter lays it.",
  g_prices: "Prices", g_caps: "Caps", g_power: "Power", g_budget: "Budget", g_demand: "Demand",
  g_chances: "Chances", g_rates: "Rates", g_other: "Other", g_training: "Training",
  // bar
  bar: "Changes", undo: "Undo", redo: "Redo", clear: "Take all back", copy: "Copy link",
  copied: "Copied", copy_this: "Copy this address", keep: "Keep this plan", keep_name: "Name (optional)",
  keeping: "Keeping the plan", cancel: "Cancel", kept: "Kept.", open_run: "Open it",
  n_changes: "{n} changes", one_change: "1 change", no_changes: "No changes",
  failed: "It did not work", cancelled: "Cancelled.", interrupted: "It was interrupted.", queued: "Waiting for its turn",
  close: "Close",
  // studies
  your_studies: "Studies", no_studies: "No study is here yet. Begin with one of the four below, or bring yours.",
  begin: "Begin a study", begin_hint: "A commented study that plans at once; every number in it is yours to replace.",
  founder: "Founder", founder_hint: "sells a model by the token", lab: "Laboratory", lab_hint: "trains by dates",
  operator: "Operator", operator_hint: "halls, leases, debt", analyst: "Analyst", analyst_hint: "a company from public figures",
  bring: "Bring a study", drop: "Drop study.yaml here, with the files it names; or", choose: "choose files",
  drop_now: "Let go to bring it in", open: "Open", remove: "Remove", remove_sure: "Remove “{title}” with all its versions?",
  yes_remove: "Yes, remove", no: "No", saved_by: "saved {when} by {who}", title: "Title", working: "Working …",
  no_yaml: "None of these files is a study (a file that ends in .yaml, .yml or .json).",
  // text
  text_label: "The study as it is written", save: "Save as a new version", saved: "Saved as version {n}.",
  versions: "Versions", unsaved: "Not saved yet", take_theirs: "Take theirs", keep_mine: "Save mine over it",
  conflict: "{who} saved version {n} meanwhile", conflict_hint: "Nothing is lost: yours is still in the form. What differs:",
  discard: "Discard what I wrote", back_to: "Show version {n}", restore: "Show", current: "current",
  older: "You look at version {n}, which is not the newest.", newest: "Go to the newest",
  newer: "{who} saved version {n} of this study meanwhile.",
  // scenarios
  no_scenarios: "No scenario has been named yet.", as_it_stands: "As it stands", present: "Your changes now",
  side: "Scenarios side by side", save_scenario: "Name your changes as a scenario", name: "Name", note: "What it is for",
  values: "Values", path: "Where in the study", value: "Value", said_by: "Source", date: "Date", approver: "Approved by",
  add_value: "Add a value", edit: "Edit", use: "Use", in_use: "in use", stop_use: "Stop using", new_scenario: "New scenario",
  remove_scenario: "Remove scenario", save_it: "Save", take_changes: "Take my changes in", row_of: "{what}, row {n}",
  differs: "Values that differ", not_asked: "not asked yet", gap: "Above the least by", no_name: "A scenario needs a name.",
  show_in: "In the table", in_text: "stands in the study's text",
  assumed_by: "Values and who stands behind them",
  // runs
  run_none: "This page shows a kept plan, and none of this study is kept yet.",
  run_other: "This shows a kept plan ({name}), not your changes.", run_new: "Keep the present plan",
  run_now: "This shows the kept plan of what you see.", run_which: "kept {when}",
  page_none: "This page is not here.", loading: "Loading …", error: "It went wrong", retry: "Try again",
  found: "Found", allowed: "Allowed", hint: "Try", where: "Where",
  no_study: "This study is not here, or not yours.", to_studies: "To the studies",
};

const ZH = {
  skip: "跳到答案",
  nav: "页面", language: "语言", studies: "研究", decision: "决策", inputs: "输入",
  scenarios: "情景", tree: "决策树", sites: "机房与兆瓦", money: "资金",
  evidence: "证据", runs: "保存的方案", compare: "比较", catalogue: "目录",
  sweeps: "扫描", trail: "审计记录", text: "研究文本", version: "第 {n} 版",
  asking: "正在计算……", coarse: "初步答案，正在求精确解……", exact: "精确",
  exact_hint: "左侧所示输入的经验证的最优解。",
  coarse_hint: "由已解出的方案立即得出，精确答案随后。",
  problem: "没有答案", gone: "服务器没有回应，正在重试……",
  gone_hint: "您的改动在本页和网址中，没有丢失。",
  refused: "无权访问", refused_hint: "请打开 `outlay serve` 打印的链接，或索取令牌。",
  superseded: "本页正在回答更新的问题。",
  announce_exact: "精确：{cost}", announce_coarse: "初步：{cost}，正在求精确解",
  announce_problem: "没有答案：{what}", announce_gone: "服务器没有回应",
  infeasible: "这些限制不能同时满足", infeasible_hint: "请移动所列限制之一，或撤销。",
  wrong_input: "这样无法规划",
  cost: "方案费用", unchanged: "即研究现状", against: "与研究现状相比 {difference}",
  same: "与研究现状相同", least: "没有任何方案低于 {least}。",
  orders: "现在订购什么", thing: "项目", now: "现在", before: "研究现状", difference: "差",
  no_orders: "第一期不订购。", changed: "有变化",
  first_screen: "决策", first_wait: "首屏随精确答案一起出现。",
  first_old: "这是上一个精确方案的；新的正在计算。",
  search: "查找输入", search_hint: "名称、路径、来源……", none_found: "没有输入含有这些文字。",
  only_changed: "只看改动", grade: "证据",
  M: "实测", R: "报告", D: "推导", E: "估计", A: "假设",
  legend: "字母", range: "所述范围 {low} 至 {high}", source: "来源", no_source: "无来源：假设",
  line: "研究第 {line} 行", was: "原为 {value}", reset: "恢复研究中的值",
  value_of: "{name} 的值", slider_of: "{name} 的滑块", fields: "滑块不能移动的",
  n_inputs: "{n} 项输入", n_changed: "{n} 项改动", loading_inputs: "正在读取研究的输入……",
  no_slider: "范围未知：请键入值",
  at_study: "研究中的值", typed_hint: "带单位的数，例如 {example}。按回车生效。",
  g_prices: "价格", g_caps: "上限", g_power: "电力", g_budget: "预算", g_demand: "需求",
  g_chances: "概率", g_rates: "利率", g_other: "其他", g_training: "训练",
  bar: "改动", undo: "撤销", redo: "重做", clear: "全部撤回", copy: "复制链接",
  copied: "已复制", copy_this: "请复制此网址", keep: "保存此方案", keep_name: "名称（可选）",
  keeping: "正在保存方案", cancel: "取消", kept: "已保存。", open_run: "打开",
  n_changes: "{n} 项改动", one_change: "1 项改动", no_changes: "无改动",
  failed: "未成功", cancelled: "已取消。", interrupted: "被中断。", queued: "等待中",
  close: "关闭",
  your_studies: "研究", no_studies: "这里还没有研究。请从下面四种之一开始，或带入您自己的。",
  begin: "新建研究", begin_hint: "带注释、可立即规划的研究；其中每个数字都可换成您自己的。",
  founder: "创业者", founder_hint: "按 token 出售模型", lab: "实验室", lab_hint: "按日期训练",
  operator: "运营商", operator_hint: "机房、租赁、债务", analyst: "分析师", analyst_hint: "由公开数据看一家公司",
  bring: "带入研究", drop: "把 study.yaml 及其引用的文件拖到这里；或", choose: "选择文件",
  drop_now: "松开即可带入", open: "打开", remove: "移除", remove_sure: "移除“{title}”及其全部版本？",
  yes_remove: "是，移除", no: "否", saved_by: "{who} 保存于 {when}", title: "标题", working: "处理中……",
  no_yaml: "这些文件中没有研究（以 .yaml、.yml 或 .json 结尾的文件）。",
  text_label: "研究原文", save: "保存为新版本", saved: "已保存为第 {n} 版。",
  versions: "版本", unsaved: "尚未保存", take_theirs: "采用对方的", keep_mine: "用我的覆盖",
  conflict: "{who} 在此期间保存了第 {n} 版", conflict_hint: "没有丢失：您写的仍在表单中。差异：",
  discard: "放弃我写的", back_to: "显示第 {n} 版", restore: "显示", current: "当前",
  older: "您看的是第 {n} 版，不是最新版。", newest: "到最新版",
  newer: "{who} 在此期间保存了此研究的第 {n} 版。",
  no_scenarios: "还没有命名的情景。", as_it_stands: "现状", present: "您现在的改动",
  side: "情景并列", save_scenario: "把改动命名为情景", name: "名称", note: "用途",
  values: "值", path: "研究中的位置", value: "值", said_by: "来源", date: "日期", approver: "批准人",
  add_value: "添加一项", edit: "编辑", use: "采用", in_use: "采用中", stop_use: "停止采用", new_scenario: "新情景",
  remove_scenario: "移除情景", save_it: "保存", take_changes: "带入我的改动", row_of: "{what}，第 {n} 行",
  differs: "不同的值", not_asked: "尚未计算", gap: "高出下界", no_name: "情景需要名称。",
  show_in: "列入表中", in_text: "写在研究原文中",
  assumed_by: "各值及其负责人",
  run_none: "本页显示保存的方案，此研究还没有保存过。",
  run_other: "这是保存的方案（{name}），不是您的改动。", run_new: "保存当前方案",
  run_now: "这是您所见内容的保存方案。", run_which: "保存于 {when}",
  page_none: "没有此页。", loading: "加载中……", error: "出错了", retry: "重试",
  found: "发现", allowed: "允许", hint: "建议", where: "位置",
  no_study: "没有此研究，或不属于您。", to_studies: "到研究列表",
};

export const LANGUAGES = { en: "English", zh: "中文" };
const TABLES = { en: EN, zh: ZH };
let language = "en";

export const spoken = () => language;

export function speak(wanted) {
  language = TABLES[wanted] ? wanted : "en";
  return language;
}

// A word by its key with {names} filled in; a key that no table has is shown as it is.
export function say(key, names = {}) {
  const text = TABLES[language][key] ?? EN[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (all, name) => (name in names ? String(names[name]) : all));
}

export const has = (key) => key in EN;
export const tables = TABLES;
