// What the stories share: Chromium, a window for each person, guards over every page, and the small moves of somebody at a
// desk, who finds fields by their labels and buttons by their words.

import { createRequire } from "node:module";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

// playwright-core and axe-core are installed outside the source tree
const modules = process.env.SUNLEDGER_BROWSER_MODULES ?? new URL("../../target/browser/", import.meta.url).pathname;
const require = createRequire(join(modules, "package.json"));
const { chromium } = require("playwright-core");
const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

export const SIZE = { width: 1366, height: 768 };
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync"];

/** A browser on the service at `url`; `facts` are what the test knows of the county. */
export class Desk {
  static async open(url, facts) {
    // a profile of its own, which goes with it
    const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", headless: true, args: FLAGS });
    return new Desk(browser, url, facts);
  }

  constructor(browser, url, facts) {
    Object.assign(this, { browser, url, facts, wrongs: [], contexts: [] });
    this.dir = mkdtempSync(join(tmpdir(), "sunledger-browser-"));
  }

  /** A window with nobody signed in. */
  async window(options = {}) {
    const context = await this.browser.newContext({ viewport: SIZE, locale: "zh-CN", baseURL: this.url, ...options });
    context.setDefaultTimeout(15_000);
    this.contexts.push(context);
    const page = await context.newPage();
    this.guard(context, page);
    return new Window(this, context, page);
  }

  /** A window of the person with that login. */
  async of(login, options = {}) {
    const window = await this.window(options);
    await window.go("/sign-in");
    await window.signIn(login, this.facts.password);
    await see(window.page.getByRole("button", { name: "退出" }), `${login} is signed in`);
    return window;
  }

  /** Nothing leaves the host, nothing is refused to a page by its policy, no script fails, and no answer is an unforeseen refusal. */
  guard(context, page) {
    page.forbidden = new Set();
    const wrong = (what) => this.wrongs.push(`${page.url()}: ${what}`);
    context.on("request", (request) => {
      const url = request.url();
      if (!url.startsWith(this.url) && !/^(data|blob|about):/.test(url)) wrong(`asks ${url}`);
    });
    page.on("response", (answer) => {
      const status = answer.status();
      if (status >= 400 && !page.forbidden.has(status)) wrong(`${answer.request().method()} ${answer.url()} gives ${status}`);
    });
    page.on("pageerror", (error) => wrong(error.stack ?? String(error)));
    page.on("console", (message) => {
      // answers that are errors have been looked at above
      if (["error", "warning"].includes(message.type()) && !message.text().startsWith("Failed to load resource")) wrong(message.text());
    });
  }

  file(name, text) {
    const path = join(this.dir, name);
    writeFileSync(path, text);
    return path;
  }

  async close() {
    await this.browser.close();
    rmSync(this.dir, { recursive: true, force: true });
    if (this.wrongs.length) throw new Error(`the pages did what they must not:\n${this.wrongs.join("\n")}`);
  }
}

/** A person's window. */
export class Window {
  constructor(desk, context, page) {
    Object.assign(this, { desk, context, page });
  }

  async go(path) {
    return this.page.goto(path, { waitUntil: "load" });
  }

  /** Goes where a refusal is foreseen. */
  async refused(path, status = 403) {
    this.page.forbidden.add(status);
    const answer = await this.go(path);
    equal(answer.status(), status, `${path} is refused`);
    this.page.forbidden.delete(status);
  }

  async signIn(login, password) {
    await this.fill({ 用户名: login, 口令: password });
    await this.press("登录");
  }

  /** Fills fields by their labels: texts, choices, dates, files, boxes. */
  async fill(fields, within = this.page.locator("main")) {
    for (const [label, value] of Object.entries(fields)) {
      const field = within.getByLabel(new RegExp(`^${escaped(label)}(＊必填)?$`)).first();
      const kind = await field.evaluate((at) => `${at.tagName}:${at.type}`);
      if (kind.startsWith("SELECT")) await field.selectOption(String(value));
      else if (kind.endsWith(":file")) await field.setInputFiles(value);
      else if (kind.endsWith(":checkbox")) await field.setChecked(value);
      else await field.fill(String(value));
    }
  }

  /** Presses a button and waits for the page that comes. */
  async press(name, within = this.page.locator("main")) {
    await this.onward(() => within.getByRole("button", { name, exact: true }).first().click());
  }

  /** Follows a link by its words. */
  async follow(name, within = this.page.locator("main")) {
    const exact = typeof name === "string";
    await this.onward(() => within.getByRole("link", { name, exact }).first().click());
  }

  async onward(move) {
    await Promise.all([this.page.waitForEvent("load"), move()]);
  }

  /** Opens a section of the menu and something that it offers. */
  async menu(section, item) {
    await this.follow(new RegExp(`^${section}`), this.page.getByRole("navigation", { name: "主菜单" }));
    if (item) await this.onward(() => this.page.locator("main ul.offer a", { has: this.page.getByText(item, { exact: true }) }).first().click());
  }

  /** What the main part says. */
  async text() {
    return this.page.locator("main").innerText();
  }

  async says(...words) {
    const text = await this.text();
    for (const word of words) {
      if (!(word instanceof RegExp ? word.test(text) : text.includes(word))) {
        throw new Error(`${this.page.url()} does not say “${word}”:\n${text}`);
      }
    }
    return text;
  }

  /** Clicks what gives a file and reads it. */
  async download(locator) {
    const [download] = await Promise.all([this.page.waitForEvent("download"), locator.click()]);
    const path = join(this.desk.dir, `${Date.now()}-${download.suggestedFilename()}`);
    await download.saveAs(path);
    return { name: download.suggestedFilename(), path, bytes: readFileSync(path) };
  }

  link(name) {
    return this.page.locator("main").getByRole("link", { name, exact: typeof name === "string" }).first();
  }

  button(name) {
    return this.page.locator("main").getByRole("button", { name, exact: typeof name === "string" }).first();
  }

  /** Sends a file by the form of a kind in a section and waits for the end of the job. */
  async upload(section, form, path) {
    await this.menu(section, form);
    await this.fill({ 文件: path });
    await this.page.getByRole("button", { name: /^(上传|送审|上传送审)$/ }).first().click();
    await this.jobEnds();
  }

  async jobEnds() {
    await this.page.waitForURL(/\/jobs\/\d+/);
    await this.page.locator("[data-words].good, [data-words].bad").waitFor();
  }

  /** Opens what the inbox calls so. */
  async inbox(subject) {
    await this.go("/inbox");
    await this.follow(subject, this.page.locator("main table"));
  }

  /** Violations that axe calls serious or critical. */
  async axe(what) {
    await this.page.evaluate(AXE);
    const found = await this.page.evaluate(async () => {
      const result = await window.axe.run(document, { resultTypes: ["violations"] });
      return result.violations.filter(({ impact }) => impact === "serious" || impact === "critical").map(({ id, impact, help, nodes }) =>
        `${impact} ${id}: ${help}\n    ${nodes.slice(0, 4).map((node) => `${node.html.slice(0, 160)} — ${node.any[0]?.message ?? ""}`).join("\n    ")}`);
    });
    return found.map((violation) => `${what} (${this.page.url()}): ${violation}`);
  }
}

export async function see(locator, what) {
  await locator.first().waitFor({ state: "visible" }).catch((error) => { throw new Error(`not seen: ${what}\n${error.message}`); });
}

export function equal(found, wanted, what) {
  if (JSON.stringify(found) !== JSON.stringify(wanted)) throw new Error(`${what}: ${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}`);
}

export function holds(condition, what) {
  if (!condition) throw new Error(what);
}

export const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** `12.30` of fen. */
export const yuan = (fen) => `${Math.trunc(fen / 100)}.${String(fen % 100).padStart(2, "0")}`;
