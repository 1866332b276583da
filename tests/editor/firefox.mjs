// Drives Firefox over WebDriver BiDi: `node firefox.mjs FIREFOX URL` prints what it saw as JSON.

import puppeteer from "puppeteer-core";

const [executablePath, url] = process.argv.slice(2);
const KICK = '[role=gridcell][aria-label^="Kick, bar 1, beat 1, e"]';
const browser = await puppeteer.launch({ browser: "firefox", executablePath, headless: true });
try {
  const page = await browser.newPage();
  const problems = [];
  page.on("pageerror", (error) => problems.push(error.message));
  await page.setViewport({ width: 1280, height: 720 });
  await page.goto(url);
  await page.waitForFunction("window.PocketStudio?.instance?.groove");
  const look = () =>
    page.evaluate(() => {
      const { store, groove, version } = window.PocketStudio.instance;
      const { bottom } = document.querySelector("[data-ps=output]").getBoundingClientRect();
      const { template, velocity_pattern } = store.state;
      return { template, velocity_pattern, nHits: groove.hits.length, version, bottom };
    });
  const first = await look();
  await page.click(KICK);
  await page.waitForFunction(`PocketStudio.instance.version > ${first.version}`);
  const lane = await (await page.$("[data-ps=velocity_pattern]")).boundingBox();
  await page.mouse.move(lane.x + lane.width / 64, lane.y + 4);
  await page.mouse.down();
  await page.mouse.move(lane.x + lane.width / 4, lane.y + 4, { steps: 3 });
  await page.mouse.up();
  await page.click("[data-ps=play]");
  await page.waitForSelector("[data-ps=play][aria-pressed=true]");
  console.log(JSON.stringify({ first, last: await look(), problems }));
} finally {
  await browser.close();
}
