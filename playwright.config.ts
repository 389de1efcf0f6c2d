/**
 * Browser tests against the built renderer, served with the very headers that the desktop app sends. `npx playwright test`
 * builds first when sources are newer; LAZO_URL is set by the global set-up, so that every run has a port of its own.
 */
import { defineConfig } from "@playwright/test";
import { findChromium, findHeadlessChromium } from "./build/chromium.mjs";

const executablePath = findHeadlessChromium() ?? findChromium();

export default defineConfig({
  testDir: "test",
  testMatch: "**/*.spec.ts",
  outputDir: "test-results",
  globalSetup: "./test/e2e/serve.ts",
  workers: 2,
  // A shared machine can stall for seconds: one more try, which the report tells of.
  retries: 1,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  forbidOnly: process.env["CI"] !== undefined,
  reporter: "list",
  use: {
    baseURL: process.env["LAZO_URL"],
    viewport: { width: 1280, height: 800 },
    locale: "en-GB",
    colorScheme: "light",
    trace: "off",
    screenshot: "only-on-failure",
    launchOptions: {
      ...(executablePath === undefined ? {} : { executablePath }),
      args: [
        "--no-sandbox",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
