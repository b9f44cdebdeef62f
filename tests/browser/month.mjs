// An accountant's month: money comes in and is allocated, a faulty batch is mended, signed by others, sent, answered with one
// failure, paid again to a new card; the month's progress and briefing. Eight payees at 150.00 are 1200.00.

import { equal, holds, see, yuan } from "./lib.mjs";

const FUND = "琼财〔2018〕9号";
const ALLOCATION = "东财〔2018〕9号";
const HEAD = "批次号,单位编码,政策编码,分配文号,所属期,造表日期,序号,姓名,身份证号,银行账号,数量,标准,金额\n";
const BACK = "批次号,序号,银行账号,金额,结果,失败原因,记账日期,银行流水号\n";

export default async function month(desk) {
  const people = desk.facts.people;
  const maker = await desk.of("accountant");
  const checker = await desk.of("checker");
  const leader = await desk.of("leader");
  const treasury = await desk.of("treasury");

  // money: sent by one, signed by another, and only then in the books
  await sendForSignature(maker, checker, "指标与分配", "导入指标", desk.file("指标.csv",
    `指标文号,资金名称,资金级次,资金类别,年度,金额,收文日期,功能科目\n${FUND},省级专项示,省,财政专项扶贫资金,2018,5000,2018-03-20,2130505\n`));
  await sendForSignature(maker, checker, "指标与分配", "导入分配", desk.file("分配.csv",
    `分配文号,类型,日期,指标文号,单位编码,项目编码,政策编码,金额\n${ALLOCATION},下达,2018-03-25,${FUND},D01,,ST01,3000\n`));
  await maker.menu("指标与分配", "资金分配");
  await maker.says(ALLOCATION, "3,000.00");

  // a batch with two faults: every fault with its row on the screen and in the file, and nothing taken
  const line = (at, amount = "150.00", account = people[at].account) =>
    `PC11,D01,ST01,${ALLOCATION},2018Q1,2018-04-02,${at + 1},${people[at].name},${people[at].id_no},${account},3,50,${amount}\n`;
  const right = people.map((_, at) => line(at));
  const wrong = [...right];
  wrong[1] = line(1, "151.00");
  wrong[3] = line(3, "150.00", people[0].account);
  await maker.upload("发放", "导入发放清册", desk.file("清册.csv", HEAD + wrong.join("")));
  const rows = maker.page.getByRole("table", { name: /文件中的错误/ }).locator("tbody tr");
  equal(await rows.locator("td:first-child").allInnerTexts(), ["3", "5"], "rows with errors");
  const told = await maker.says("文件有错，未入账", "金额");
  holds(people.every(({ id_no, account }) => !told.includes(id_no) && !told.includes(account)), `unmasked: ${told}`);
  const marked = await maker.download(maker.link(/下载标出错误的文件/));
  equal(marked.name, "错误-清册.csv", "name of the marked file");
  const lines = marked.bytes.toString("utf8").trim().split(/\r?\n/);
  holds(lines[0].includes("错误") && lines.length === 9, marked.bytes.toString("utf8"));
  equal(lines.map((text, at) => (text.split(",").length > 13 && text.split(",").at(-1).replaceAll('"', "") !== "" ? at + 1 : 0)).filter((at) => at > 1),
    [3, 5], "marked lines");
  await maker.go("/batches");
  await maker.says("没有记录");

  // mended: reserved and screened
  await maker.upload("发放", "导入发放清册", desk.file("清册更正.csv", HEAD + right.join("")));
  await maker.says("已办完");
  await maker.follow(/查看发放批次/);
  await maker.follow("PC11");
  await maker.says("待审批", "1,200.00");
  await maker.go("/batches/PC11/screening");
  await maker.says("批次筛查");

  // the maker does not sign; another does, and from 700 yuan on the leader as well
  await maker.go("/batches/PC11");
  equal(await maker.link("签批批次").count(), 0, "ways to sign one's own batch");
  await maker.go("/do/batch.sign?batch=PC11");
  await maker.fill({ 日期: "2018-04-12" });
  maker.page.forbidden.add(409).add(422);
  await maker.press("确定");
  await maker.says(/编制/);
  maker.page.forbidden.clear();
  await maker.go("/batches/PC11");
  await maker.says("待审批");
  await checker.inbox(/PC11/);
  await sign(checker, "PC11");
  await checker.go("/batches/PC11");
  await checker.says("待审批");
  await leader.inbox(/PC11/);
  await sign(leader, "PC11");
  await leader.go("/batches/PC11");
  await leader.says("待送银行");

  // to the bank: the file has every line, and its amounts come to the batch
  await send(treasury, "PC11");
  const bank = await bankFile(treasury, "PC11");
  equal(bank.total, 120_000, "total of the bank file in fen");
  equal(bank.count, 8, "lines of the bank file");
  holds(people.every(({ account }) => bank.text.includes(account)), "every full account is in the bank file");
  await treasury.go("/batches/PC11");
  await treasury.says("待回盘", yuan(bank.total).replace("1200", "1,200"));

  // back: one has failed
  const answer = (batch, number, account, result) => `${batch},${number},${account},150.00,${result},2018-04-05,LS${batch}${number}\n`;
  await treasury.upload("发放", "导入银行回盘", desk.file("回盘.csv",
    BACK + people.map(({ account }, at) => answer("PC11", at + 1, account, at === 7 ? "失败,账户已销户" : "成功,")).join("")));
  await treasury.says("已办完");
  await treasury.go("/batches/PC11");
  await treasury.says("到卡 7，退票 1", "待处理 1 笔");

  // a new card, signed by another
  const last = people.at(-1);
  const card = nextAccount(last.account);
  await sendForSignature(maker, checker, "基础资料", "导入一卡通", desk.file("新卡.csv",
    `身份证号,户名,开户银行,银行账号,启用日期,停用日期\n${last.id_no},${last.name},农信社,${last.account},2015-01-01,2018-04-09\n${last.id_no},${last.name},农信社,${card},2018-04-10,\n`));
  await maker.go("/batches/PC11");
  await maker.follow("退票更正重发");
  await maker.fill({ 日期: "2018-04-20" });
  await maker.press("确定");
  await maker.says("PC11-R1");
  await checker.go("/batches/PC11-R1");
  await sign(checker, "PC11-R1");
  await checker.go("/batches/PC11-R1");
  await checker.says("待送银行", "150.00");
  await send(treasury, "PC11-R1");
  const again = await bankFile(treasury, "PC11-R1");
  equal([again.total, again.count], [15_000, 1], "the reissue's bank file");
  holds(again.text.includes(card) && !again.text.includes(last.account), "it goes to the new card");
  await treasury.upload("发放", "导入银行回盘", desk.file("回盘2.csv", BACK + answer("PC11-R1", again.numbers[0], card, "成功,")));
  await treasury.says("已办完");
  await maker.go("/batches/PC11-R1");
  await maker.says("已回盘");

  // the month's figures: 1,200.00 of 3,000.00 have come to cards
  await maker.menu("进度", "支出进度");
  await maker.fill({ 截至日期: "2018-04-30", 分组: "单位" });
  await maker.press("查询");
  await maker.says("林业局", "1,200.00");
  await maker.menu("通报", "支出进度通报");
  await maker.fill({ 月份: "2018-04" });
  const brief = await maker.download(maker.button("查询"));
  holds(/2018-04\.docx$/.test(brief.name), brief.name);
  equal(brief.bytes.subarray(0, 2).toString(), "PK", "a document is a zip");
  holds(brief.bytes.includes("word/document.xml") && brief.bytes.includes("PK\x05\x06", 0, "latin1"), "a whole document of Word");
}

/** A file that others must sign: nothing of it is in the books before. */
async function sendForSignature(maker, checker, section, form, path) {
  await maker.upload(section, form, path);
  await maker.follow(/查看送审件/);
  const url = new URL(maker.page.url()).pathname;
  await maker.says("待");
  await checker.go("/inbox");
  await checker.onward(() => checker.page.locator(`main table a[href="${url}"]`).click());
  await checker.follow("签批送审件");
  await checker.press("确定");
  await see(checker.page.locator(".done"), `${form} is signed`);
  await maker.go(url);
  await maker.says("已办理");
}

async function sign(who, batch) {
  if (!who.page.url().endsWith(`/batches/${batch}`)) await who.go(`/batches/${batch}`);
  await who.follow("签批批次");
  await who.fill({ 日期: "2018-04-12" });
  await who.press("确定");
}

async function send(who, batch) {
  await who.go(`/batches/${batch}`);
  await who.follow("送银行");
  await who.fill({ 日期: "2018-04-20" });
  await who.press("确定");
  await see(who.page.locator(".done"), `${batch} is sent`);
}

async function bankFile(who, batch) {
  await who.go(`/batches/${batch}`);
  const file = await who.download(who.link("银行文件（CSV）"));
  const text = file.bytes.toString("utf8").replace(/^\uFEFF/, "");
  const [head, ...rest] = text.trim().split(/\r?\n/).map((line) => line.split(","));
  const [amount, number] = [head.indexOf("金额"), head.indexOf("序号")];
  holds(amount >= 0 && number >= 0, text);
  const lines = rest.filter((cells) => /^\d+$/.test(cells[number].trim()));
  const total = lines.reduce((sum, cells) => sum + Math.round(Number(cells[amount]) * 100), 0);
  return { text, total, count: lines.length, numbers: lines.map((cells) => Number(cells[number])) };
}

/** Another account of the same bank, with its right check digit. */
function nextAccount(account) {
  const body = String(BigInt(account.slice(0, -1)) + 700_000n);
  const digits = [...body].reverse().map(Number);
  const sum = digits.reduce((sum, digit, at) => sum + (at % 2 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2), 0);
  return body + ((10 - (sum % 10)) % 10);
}
