// Work without a mouse, without script, and on paper.

import { equal, holds, see } from "./lib.mjs";

const HEAD = "批次号,单位编码,政策编码,分配文号,所属期,造表日期,序号,姓名,身份证号,银行账号,数量,标准,金额\n";

export default async function plain(desk) {
  await keyboard(desk);
  await scriptless(desk);
  await paper(desk);
}

async function keyboard(desk) {
  const { page } = await desk.window();
  await page.goto("/sign-in?next=/households%3Flimit%3D3");
  await page.keyboard.type("accountant");
  await page.keyboard.press("Tab");
  await page.keyboard.type(desk.facts.password);
  await Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")]);
  holds(page.url().endsWith("/households?limit=3"), page.url());
  // the first stop leads past the menu
  await page.keyboard.press("Tab");
  equal(await focused(page), "跳到正文", "the first stop");
  await page.keyboard.press("Enter");
  equal(await page.evaluate(() => document.activeElement.id), "main", "on to the main part");
  await tabTo(page, async () => page.evaluate(() => document.activeElement.name === "q"), "the search field");
  await page.keyboard.type("D000");
  await Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")]);
  holds(new URL(page.url()).searchParams.get("q") === "D000", page.url());
  const first = await page.locator("main tbody tr").first().innerText();
  await page.evaluate(() => document.getElementById("main").focus());
  await tabTo(page, async () => (await focused(page)) === "下一页", "the next page");
  const ring = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
  holds(ring !== "none", "where one is can be seen");
  await Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")]);
  holds((await page.locator("main tbody tr").first().innerText()) !== first, "another page");
  await see(page.getByText("第 2 页"), "the number of the page");
  // keys of their own: the page before, the search field, the list of keys
  await Promise.all([page.waitForEvent("load"), page.keyboard.press("[")]);
  equal(await page.locator("main tbody tr").first().innerText(), first, "the page before");
  await page.keyboard.press("?");
  await see(page.getByRole("dialog"), "the list of keys");
  await page.keyboard.press("Escape");
  await page.keyboard.press("/");
  equal(await page.evaluate(() => document.activeElement.name), "q", "a key for the search field");
}

const focused = (page) => page.evaluate(() => document.activeElement.innerText?.trim());

async function tabTo(page, there, what) {
  for (let stops = 0; stops < 150; stops += 1) {
    if (await there()) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`not reached by keyboard: ${what}`);
}

async function scriptless(desk) {
  const { people } = desk.facts;
  const maker = await desk.of("accountant", { javaScriptEnabled: false });
  const lines = people.slice(0, 2).map(({ name, id_no, account }, at) =>
    `PC21,D01,ST01,东财〔2018〕1号,2018Q1,2018-04-02,${at + 1},${name},${id_no},${account},3,50,150.00\n`);
  await maker.upload("发放", "导入发放清册", desk.file("清册.csv", HEAD + lines.join("")));
  await maker.says("已办完");
  const checker = await desk.of("checker", { javaScriptEnabled: false });
  await checker.inbox(/PC21/);
  await checker.follow("签批批次");
  await checker.fill({ 日期: "2018-04-12" });
  await checker.press("确定");
  await see(checker.page.locator(".done"), "signed without script");
  await checker.go("/batches?state=approved");
  await checker.says("PC21");
}

async function paper(desk) {
  const leader = await desk.of("leader");
  for (const path of ["/", "/batches/PC21", "/vouchers/1", "/progress?by=unit&as_of=2018-12-31"]) {
    await leader.go(path);
    const pdf = await leader.page.pdf({ width: "148mm", height: "210mm", printBackground: true });
    holds(pdf.length > 5_000 && pdf.subarray(0, 5).toString() === "%PDF-", `${path} on paper: ${pdf.length} bytes`);
    await leader.page.emulateMedia({ media: "print" });
    holds(!(await leader.page.getByRole("navigation", { name: "主菜单" }).isVisible()), `${path}: no menu on paper`);
    await leader.page.emulateMedia({ media: "screen" });
  }
}
