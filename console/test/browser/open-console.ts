import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import AxeSource from "axe-core";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { inject } from "vitest";
import { CREDENTIALS } from "./serve-demo.ts";

const CHROMIUM = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
/** A folder for pictures of the main screens: how docs/images is kept current. */
const PICTURES = process.env["ORRERY_PICTURES"];

export const DESKTOP = { width: 1440, height: 900 };
export const PHONE = { width: 390, height: 844 };

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
export async function openConsole(
  browser: Browser,
  viewport = DESKTOP,
  scheme: "light" | "dark" = "light",
): Promise<Console> {
  const url = inject("url");
  const context = await browser.newContext({
    viewport,
    baseURL: url,
    locale: "en-GB",
    timezoneId: "Europe/London",
    colorScheme: scheme,
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  page.on("request", (request) => {
    if (!request.url().startsWith(url) && !request.url().startsWith("data:") && !request.url().startsWith("blob:"))
      complaints.push(`outside request: ${request.url()}`);
  });
  await page.goto("/");
  await page.getByLabel("E-mail").fill(CREDENTIALS.email);
  await page.getByRole("textbox", { name: "Password" }).fill(CREDENTIALS.password);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Today" }).waitFor();
  return { page, context, complaints };
}

/** Serious and critical findings of axe on the page as it is now, as sentences. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  await page.evaluate(AxeSource.source);
  return await page.evaluate(async () => {
    const axe = (
      globalThis as unknown as {
        axe: {
          run: (
            options: object,
          ) => Promise<{ violations: { id: string; impact: string; help: string; nodes: { target: string[] }[] }[] }>;
        };
      }
    ).axe;
    const { violations } = await axe.run({ resultTypes: ["violations"] });
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(
        ({ id, help, nodes }) =>
          `${id}: ${help} (${nodes
            .map(({ target }) => target.join(" "))
            .slice(0, 3)
            .join("; ")})`,
      );
  });
}

export async function picture(page: Page, name: string): Promise<void> {
  if (PICTURES === undefined) return;
  await mkdir(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${name}.png`) });
}
