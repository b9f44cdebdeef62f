// The clerk of the briefing: progress, forecast and ladder, the briefing itself, and nothing else.

import { equal, holds } from "./lib.mjs";

export default async function briefing(desk) {
  const clerk = await desk.of("briefing");
  const menu = clerk.page.getByRole("navigation", { name: "主菜单" });
  const sections = (await menu.getByRole("link").allInnerTexts()).map((text) => text.replace(/\d+$/, "").trim());
  holds(sections.includes("进度") && sections.includes("通报"), sections.join(" "));
  for (const closed of ["发放", "凭证与账簿", "审计", "用户与权限", "操作日志"]) holds(!sections.includes(closed), `${closed} in the menu`);

  await clerk.menu("进度", "支出进度");
  await clerk.fill({ 截至日期: "2018-12-31", 分组: "单位" });
  await clerk.press("查询");
  await clerk.says("林业局", "样板镇");
  await clerk.menu("进度", "年底预测");
  await clerk.says("年底预测");
  await clerk.menu("进度");
  const offered = await clerk.page.locator("main ul.offer a").evaluateAll((links) => links.map((link) => link.getAttribute("href")));
  for (const path of offered) {
    clerk.page.forbidden.add(409).add(404); // nothing to look back at while no year is closed and no month judged
    const answer = await clerk.go(path);
    holds([200, 409, 404].includes(answer.status()), `${path} that is offered opens: ${answer.status()}`);
    clerk.page.forbidden.clear();
  }

  await clerk.menu("通报", "支出进度通报");
  await clerk.fill({ 月份: "2018-04" });
  const brief = await clerk.download(clerk.button("查询"));
  holds(/\.docx$/.test(brief.name) && brief.bytes.includes("word/document.xml"), brief.name);

  for (const path of ["/batches", "/batches/PC01", "/payments", "/vouchers", "/vouchers/1", "/funds", "/projects", "/households",
    "/users", "/log",
    "/sections/nothing", "/do/import.batch", "/do/batch.sign?batch=PC01", "/do/verify.run",
    "/do/user.create", "/audit/unusual", "/trace?id=PC01"]) {
    await clerk.refused(path, path.startsWith("/sections/") ? 404 : 403);
    const text = await clerk.text();
    holds(!text.includes("PC01-") && !text.includes("150.00"), `${path} tells nothing: ${text}`);
  }
}
