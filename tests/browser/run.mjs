// node run.mjs STORY URL FACTS.json: one story in a browser on a running service. Ends with 1 and says where it went wrong.

import { readFileSync } from "node:fs";
import { Desk } from "./lib.mjs";

const [story, url, facts] = process.argv.slice(2);
const { default: tell } = await import(`./${story}.mjs`);
const desk = await Desk.open(url, JSON.parse(readFileSync(facts, "utf8")));
try {
  await tell(desk);
  await desk.close();
} catch (error) {
  for (const context of desk.contexts) {
    for (const page of context.pages()) {
      console.error(`— ${page.url()}\n${await page.locator("body").innerText({ timeout: 2_000 }).catch(() => "")}`);
    }
  }
  console.error(error.stack ?? error);
  await desk.close().catch((wrong) => console.error(wrong.message));
  process.exitCode = 1;
}
