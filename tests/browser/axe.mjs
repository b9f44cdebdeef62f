// Every kind of page before axe-core, as those who use it: whatever the menus lead to, and pages of single things.

import { holds } from "./lib.mjs";

const THINGS = {
  accountant: ["/", "/batches/PC01", "/batches/PC01/lines/1", "/batches/PC01/screening",
    "/vouchers/1", "/households/D0001", "/trace?id=PC01",
    "/jobs", "/jobs/1",
    "/units/D01/way", "/projects/XM01", "/progress?by=unit&as_of=2018-12-31", "/inbox/sign", "/account",
    "/do/import.batch", "/do/row.budgets", "/do/row.disbursements", "/do/batch.reissue?batch=PC01"],
  leader: ["/", "/inbox"],
  auditor: ["/batches?state=answered&q=PC", "/do/export.audit", "/do/verify.run"],
  log_admin: ["/"],
  security_admin: ["/do/role.grant"],
  system_admin: ["/users/accountant", "/do/user.create"],
};

export default async function axe(desk) {
  const violations = [];
  const gate = await desk.window();
  await gate.go("/sign-in");
  violations.push(...(await gate.axe("nobody")));
  const seen = new Set();
  for (const [login, things] of Object.entries(THINGS)) {
    const who = await desk.of(login);
    const menu = who.page.getByRole("navigation", { name: "主菜单" });
    const paths = new Set(things);
    for (const section of await hrefs(menu)) {
      paths.add(section);
      if (!section.startsWith("/sections/")) continue;
      await who.go(section);
      for (const item of await hrefs(who.page.locator("main ul.offer"))) if (!item.startsWith("/do/")) paths.add(item);
    }
    for (const path of paths) {
      if (seen.has(path) && !things.includes(path)) continue;
      seen.add(path);
      if (!(await opens(who, path))) continue;
      violations.push(...(await who.axe(login)));
      const wide = await who.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (wide > 0) violations.push(`${login} (${path}): the page is ${wide} px wider than the screen`);
    }
    who.page.forbidden.add(403).add(404);
    await who.go(login === "auditor" ? "/users" : "/batches/NONE");
    violations.push(...(await who.axe(`${login}, refused`)));
    await who.context.close();
  }
  console.log(`${seen.size} pages`);
  holds(seen.size > 60, `only ${seen.size} pages were looked at`);
  holds(violations.length === 0, `axe-core finds:\n${violations.join("\n")}`);
}

/** Whether it is a page: some addresses are files, some have nothing to tell yet. */
async function opens(who, path) {
  who.page.forbidden.add(404).add(409);
  const file = who.page.waitForEvent("download", { timeout: 20_000 }).catch(() => null);
  try {
    await who.go(path);
    return true;
  } catch (error) {
    if (!error.message.includes("Download is starting")) throw error;
    await (await file)?.cancel();
    return false;
  } finally {
    who.page.forbidden.clear();
  }
}

async function hrefs(within) {
  return within.getByRole("link").evaluateAll((links) => links.map((link) => link.getAttribute("href")));
}
