import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import AxeSource from "axe-core";
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { inject } from "vitest";
import { CREDENTIALS } from "./serve-demo.ts";

const CHROMIUM = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
/** A folder for pictures of the main screens: how docs/images is kept current. */
const PICTURES = process.env["ORRERY_PICTURES"];

const SLOW_MACHINE_MS = 60_000;

export const DESKTOP: BrowserContextOptions = { viewport: { width: 1440, height: 900 } };
export const PHONE: BrowserContextOptions = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

export interface Console {
  page: Page;
  context: BrowserContext;
  /** What went wrong in the page, and every request to another host: both must stay empty. */
  complaints: string[];
}

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
  });
}

/** A signed-in console in a browser of its own. */
export async function openConsole(browser: Browser, device = DESKTOP, url = inject("url")): Promise<Console> {
  const context = await browser.newContext({
    ...device,
    baseURL: url,
    locale: "en-GB",
    timezoneId: "Europe/London",
    colorScheme: "light",
    reducedMotion: "reduce",
  });
  context.setDefaultTimeout(SLOW_MACHINE_MS);
  const page = await context.newPage();
  const complaints = listenForComplaints(page, url);
  await page.goto("/");
  await page.getByLabel("E-mail").fill(CREDENTIALS.email);
  await page.getByRole("textbox", { name: "Password" }).fill(CREDENTIALS.password);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Today" }).waitFor();
  return { page, context, complaints };
}

/** Collects uncaught errors, what the content security policy refused, and requests to other hosts. */
export function listenForComplaints(page: Page, url = inject("url")): string[] {
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  page.on("console", (message) => {
    if (/content security policy/i.test(message.text())) complaints.push(message.text());
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(url) && !/^(data|blob):/.test(request.url()))
      complaints.push(`outside request: ${request.url()}`);
  });
  return complaints;
}

/** Serious and critical findings of axe on the page as it is now, in light and in dark, as sentences. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  await page.evaluate(AxeSource.source);
  const light = await lastingFaults(page, {});
  await useScheme(page, "dark");
  // Only colors differ between the schemes.
  const dark = await lastingFaults(page, { runOnly: ["color-contrast"] });
  await useScheme(page, "light");
  return [...light, ...dark.map((fault) => `dark: ${fault}`)];
}

/** What is drawn in the moment of the look, on its way from one color to another, is looked at again when it has arrived. */
async function lastingFaults(page: Page, options: object): Promise<string[]> {
  const faults = await runAxe(page, options);
  if (faults.length === 0) return faults;
  await colorsAtRest(page);
  return await runAxe(page, options);
}

async function useScheme(page: Page, colorScheme: "light" | "dark"): Promise<void> {
  await page.emulateMedia({ colorScheme });
  await page.locator(`html[data-mantine-color-scheme="${colorScheme}"]`).waitFor();
  await colorsAtRest(page);
}

/** Colors move for a moment even where motion is reduced: what began by the second frame has to come to its end. */
async function colorsAtRest(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const endless = (animation: Animation) => animation.effect?.getComputedTiming().endTime === Infinity;
    const moving = document.getAnimations().filter((animation) => !endless(animation));
    await Promise.allSettled(moving.map(({ finished }) => finished));
  });
}

interface Violation {
  id: string;
  impact: string;
  help: string;
  nodes: { target: string[] }[];
}

function runAxe(page: Page, options: object): Promise<string[]> {
  return page.evaluate(async (given) => {
    const { axe } = globalThis as unknown as {
      axe: { run: (options: object) => Promise<{ violations: Violation[] }> };
    };
    const { violations } = await axe.run({ ...given, resultTypes: ["violations"] });
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, help, nodes }) => {
        const places = nodes.slice(0, 3).map(({ target }) => target.join(" "));
        return `${id}: ${help} (${places.join("; ")})`;
      });
  }, options);
}

/** How many pixels of the page lie beyond its right edge. */
export function sidewaysOverflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

export async function picture(page: Page, name: string): Promise<void> {
  if (PICTURES === undefined) return;
  await mkdir(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${name}.png`) });
}
