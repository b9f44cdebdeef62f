// The door: a session that has ended, wrong passwords, a form with a foreign token, the first password.

import { equal, holds, see } from "./lib.mjs";

export default async function door(desk) {
  // the session is gone: sign in again and go on where one was
  const who = await desk.of("accountant");
  await who.go("/batches?state=sent&sort=total");
  await who.context.clearCookies({ name: "sunledger_access" });
  await who.go("/batches?state=sent&sort=total");
  holds(who.page.url().endsWith("/batches?state=sent&sort=total"), "the refresh secret alone goes on");
  await who.context.clearCookies();
  await who.go("/batches?state=sent&sort=total");
  equal(new URL(who.page.url()).pathname, "/sign-in", "without cookies");
  await who.signIn("accountant", desk.facts.password);
  holds(who.page.url().endsWith("/batches?state=sent&sort=total"), `on to ${who.page.url()}`);

  // signed out, and another session of the same person goes on
  const other = await desk.of("accountant");
  await who.press("退出", who.page.locator("header"));
  equal(new URL(who.page.url()).pathname, "/sign-in", "signed out");
  await who.says("已退出");
  await who.go("/inbox");
  equal(new URL(who.page.url()).pathname, "/sign-in", "after signing out");

  // a form whose token is another's
  await other.go("/do/row.units");
  await other.fill({ 单位编码: "D77", 单位名称: "示单位", 单位类型: "企业" });
  await other.page.locator('main input[name="_csrf"]').evaluate((field) => { field.value = `${field.value.slice(0, -4)}AAAA`; });
  other.page.forbidden.add(403);
  await other.press("确定");
  await other.says("编号 403");
  other.page.forbidden.clear();
  await other.go("/units?q=D77");
  await other.says("没有记录");
  // and the same form with its own
  await other.go("/do/row.units");
  await other.fill({ 单位编码: "D77", 单位名称: "示单位", 单位类型: "企业" });
  await other.press("确定");
  await see(other.page.locator(".done"), "the unit is entered");

  // what is wrong comes back beside its field, with all that was typed
  await other.go("/do/row.units");
  await other.page.locator("main form").evaluate((form) => { form.noValidate = true; });
  await other.fill({ 单位编码: "D78", 开户银行: "农信社示", 单位类型: "企业" });
  other.page.forbidden.add(422).add(400);
  await other.press("确定");
  other.page.forbidden.clear();
  equal(await other.page.getByLabel("开户银行").inputValue(), "农信社示", "what was typed is kept");
  holds((await other.page.locator("main .error").count()) + (await other.page.locator("main .problems li").count()) > 0, "it says what is wrong");

  // wrong passwords
  const stranger = await desk.window();
  stranger.page.forbidden.add(401);
  await stranger.go("/sign-in");
  for (let times = 0; times < 6; times += 1) {
    await stranger.signIn("checker", "wrong");
    await see(stranger.page.getByRole("alert"), "it is refused");
  }
  await stranger.signIn("checker", desk.facts.password);
  const said = await stranger.page.getByRole("alert").innerText();
  holds(/等|稍后|锁/.test(said), `the right password has to wait, too: ${said}`);
  equal(await stranger.page.getByLabel("用户名").inputValue(), "checker", "the login is kept");
  equal(await stranger.page.getByLabel("口令").inputValue(), "", "the password is not");

  // the first password is changed before anything else
  const fresh = await desk.window();
  await fresh.go("/sign-in?next=/batches");
  await fresh.signIn("new", desk.facts.password);
  equal(new URL(fresh.page.url()).pathname, "/account/password", "the first password must be changed");
  await fresh.go("/batches");
  equal(new URL(fresh.page.url()).pathname, "/account/password", "nothing else opens");
  await fresh.fill({ 原口令: desk.facts.password, 新口令: "椰树-golden-bridge-示范-77" });
  await fresh.press("确定");
  await fresh.says("口令已更换");
  await fresh.go("/batches");
  equal(new URL(fresh.page.url()).pathname, "/batches", "then everything does");
}
