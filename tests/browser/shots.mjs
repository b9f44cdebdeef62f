// node shots.mjs URL users.csv: pictures of the main pages of a demo county, into reports/pages. `users.csv` is what
// `sunledger demo --serve` writes: 登录名,口令,姓名,角色. Node finds playwright-core in target/browser (npm ci there, or run the tests once).

import { readFileSync, statSync } from "node:fs";
import { Desk } from "./lib.mjs";

const [url, users] = process.argv.slice(2);
const OUT = new URL("../../reports/pages/", import.meta.url).pathname;
const byRole = new Map(readFileSync(users, "utf8").replace(/^\uFEFF/, "").trim().split(/\r?\n/).slice(1).map((line) => {
  const [login, password, , role] = line.split(",");
  return [role, { login, password }];
}));

/** Picture, role, page; `open` goes on from there. */
const SHOTS = [
  ["overview", "财政局领导", "/"],
  ["batch", "会计", "/batches?state=answered&sort=total&order=desc", (window) => window.onward(() => window.page.locator('main tbody a[href^="/batches/"]').first().click())],
  ["progress", "通报", "/progress?by=unit&as_of=2018-09-30"],
  ["voucher", "会计", "/vouchers?sort=seq&order=desc", (window) => window.onward(() => window.page.locator('main tbody a[href^="/vouchers/"]').first().click())],
  ["findings", "审计", "/findings"],
];

const desk = await Desk.open(url, {});
for (const [name, role, path, open] of SHOTS) {
  const { login, password } = byRole.get(role);
  const window = await desk.window();
  await window.go("/sign-in");
  await window.signIn(login, password);
  await window.go(path);
  if (open) await open(window);
  const file = `${OUT}${name}.png`;
  await window.page.screenshot({ path: file });
  console.log(`${file}: ${statSync(file).size} bytes`);
  await window.context.close();
}
await desk.close();
