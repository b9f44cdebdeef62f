// An auditor's day: from a figure of the ranking down to the row of the file, the books verified, an export that is accepted as it
// is and refused with one byte changed, and a look at full personal data that is in the log.

import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { holds, see } from "./lib.mjs";

const REASON = "审〔2018〕1号通知书，核对收款人示";

export default async function auditor(desk) {
  const who = await desk.of("auditor");

  // 150.00 that have come to a card: ranking, unit, batch, line, row
  await who.go("/progress?by=unit&as_of=2018-12-31");
  await who.says("林业局", "150.00");
  await who.onward(() => who.page.locator('main table a[href="/units/D01/way"]').first().click());
  await who.says("林业局", "PC01");
  await who.onward(() => who.page.locator('main a[href="/batches/PC01"]').first().click());
  await who.says("到卡 1，退票 1");
  await who.onward(() => who.page.locator('main a[href^="/payments?batch=PC01"]').first().click());
  await who.onward(() => who.page.locator('main a[href="/batches/PC01/lines/2"]').first().click());
  const { people } = desk.facts;
  const seen = await who.says("150.00", "PC01.csv", "3");
  holds(!seen.includes(people[1].id_no) && !seen.includes(people[1].account), `unmasked: ${seen}`);

  // the books
  await who.menu("审计", "核验账簿");
  await who.press("确定");
  await who.jobEnds();
  await who.says("已办完", /核验|无误|通过/);

  // an export: accepted, and refused when a byte of it is another
  await who.menu("审计", "审计导出");
  await who.fill({ 会计年度: "2018", 数据格式: "ISO 21378:2019（CSV）" });
  await who.press("确定");
  await who.jobEnds();
  await who.says("已办完");
  const whole = await who.download(who.link(/^下载 /));
  const changed = Buffer.from(whole.bytes);
  const at = changed.indexOf("PK\x01\x02", 0, "latin1") - 200;
  changed[at] ^= 1;
  const broken = join(desk.dir, "改动.zip");
  writeFileSync(broken, changed);
  await verify(who, whole.path);
  await who.says("已办完");
  await verify(who, broken);
  const said = await who.text();
  holds(!said.includes("核验无误") && /不符|改动|损坏|没有办成|不能|有误/.test(said), said);
  holds(byProgram(desk, whole.path), "the program accepts the export");
  holds(!byProgram(desk, broken), "the program refuses the changed export");

  // full personal data: for a reason, and on record
  await who.go("/payments?batch=PC01");
  await who.page.getByText("查看完整信息", { exact: true }).click();
  await who.fill({ "事由（记入操作日志）": REASON });
  await who.press("查看");
  await who.says("完整个人信息，已记入操作日志", people[0].id_no);
  const keeper = await desk.of("log_admin");
  await keeper.menu("操作日志", "操作日志");
  await keeper.says(REASON, "示审计");
  await keeper.refused("/payments?batch=PC01");
}

async function verify(who, path) {
  await who.menu("审计", "核验审计导出");
  await who.fill({ 导出的压缩包: path });
  await who.press("上传");
  await who.jobEnds();
}

/** What `sunledger verify-export` says. */
function byProgram(desk, path) {
  try {
    execFileSync(desk.facts.program, ["verify-export", path], { stdio: "pipe" });
    return true;
  } catch {
    return false;
  }
}
