/** Recorded data as a user meets it: what was found in a file is shown and changed, steps are kept, files that are gone are asked for. */
import { readFileSync, writeFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { expect, menu, openExample, simulated, test } from "./window.ts";

interface Upload {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}
const file = (name: string, text: string | Buffer): Upload => ({
  name,
  mimeType: "text/csv",
  buffer: typeof text === "string" ? Buffer.from(text) : text,
});

/** A first-order lag, sampled every 0.1 s, as a Spanish logger would write it. */
function logged(rows: number): string {
  const lines = ["t (s);u;velocidad (m/s)"];
  let x = 0;
  for (let k = 0; k < rows; k++) {
    const u = Math.sin(k / 7) > 0 ? 1 : -1;
    const gap = k === 3;
    lines.push([(k / 10).toFixed(1), u, gap ? "" : (5 + x).toFixed(4)].join(";").replaceAll(".", ","));
    x += 0.1 * (u - x);
  }
  return lines.join("\r\n");
}

async function choose(page: Page, button: string, upload: Upload): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: button }).click();
  await (await chooser).setFiles(upload);
}
interface Kept {
  readonly dirty: boolean;
  readonly document: { readonly sets?: readonly unknown[] };
}
/** What a reload would bring back. */
const journal = (page: Page): Promise<readonly Kept[]> =>
  page.evaluate(
    () =>
      new Promise<Kept[]>((done) => {
        const request = indexedDB.open("lazo", 1);
        request.onsuccess = () => {
          const all = request.result.transaction("journal").objectStore("journal").getAll();
          all.onsuccess = () => done(all.result as Kept[]);
        };
      }),
  );
const showData = async (page: Page) => {
  await openExample(page, "dc-motor");
  await page.getByRole("tab", { name: "Data" }).click();
};

test("a CSV with semicolons, decimal commas and gaps: found, confirmed, prepared, plotted", async ({ page }) => {
  await showData(page);
  await choose(page, "Import CSV…", file("motor.csv", logged(300)));
  await expect(page.getByLabel("Separator")).toHaveValue(";");
  await expect(page.getByLabel("Decimal sign")).toHaveValue(",");
  await expect(page.getByLabel("Names in the first row")).toBeChecked();
  await expect(page.getByRole("region", { name: "First rows of motor.csv" })).toContainText("velocidad");
  await page.getByRole("button", { name: "Import 3 columns" }).click();

  const room = page.locator(".data-plot");
  await expect(room).toContainText("300 samples · every 0.1 s · 1 value missing · held back from t = 20.93 s");
  await expect(page.getByLabel("Role of u")).toHaveValue("input");
  await expect(page.getByLabel("Role of t")).toHaveValue("time");
  await expect(page.getByLabel("Unit of velocidad")).toHaveValue("m/s");
  await expect(page.getByRole("group", { name: /motor: u, velocidad, from 0 to 29.9 s/ })).toBeVisible();

  const add = async (step: string) => {
    await page.getByRole("button", { name: "Add step" }).click();
    await page.getByRole("menuitem", { name: step }).click();
  };
  await add("Fill gaps");
  await expect(room).not.toContainText("missing");
  await add("Detrend");
  await add("Decimate");
  await page.getByLabel("by", { exact: true }).fill("5");
  await page.keyboard.press("Enter");
  await expect(room).toContainText("60 samples · every 0.5 s");
  await page.getByLabel("Name of velocidad").fill("speed");
  await expect(page.getByRole("group", { name: /motor: u, speed/ })).toBeVisible();

  // A decimation that cannot be says so, by its step, and the sample before it is mended in place.
  await page.getByLabel("by", { exact: true }).fill("4000");
  await page.keyboard.press("Enter");
  await expect(room).toContainText("Step 3 would give 300 samples");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(room).toContainText("60 samples");
  await page.getByRole("button", { name: "Remove step 3" }).click();
  await expect(room).toContainText("300 samples");
});

test("what was found is wrong, and changed before the import; a text among numbers is named by its place", async ({
  page,
}) => {
  await showData(page);
  await choose(page, "Import CSV…", file("odd.csv", "exported by logger\na;b\n1.5;2\n2.5;three\n3.5;4\n4.5;5\n"));
  await expect(page.getByLabel("Lines to skip")).toHaveValue("1");
  await page.getByRole("button", { name: "Import 2 columns" }).click();
  await expect(page.getByRole("alert")).toContainText("Row 2 has “three” in the column “b”");
  await page.getByLabel("What is no number").selectOption("missing");
  await page.getByLabel("Names in the first row").uncheck();
  await expect(page.getByRole("region", { name: "First rows of odd.csv" })).toContainText("column 1");
  await page.getByLabel("Names in the first row").check();
  await page.getByRole("checkbox", { name: "Import a" }).uncheck();
  await page.getByRole("button", { name: "Import 1 column" }).click();
  await expect(page.locator(".data-plot")).toContainText("4 samples · every 1 s · 1 value missing");
  await page.getByLabel("Sample time (s)").fill("0,25");
  await page.keyboard.press("Enter");
  await expect(page.locator(".data-plot")).toContainText("every 0.25 s");
});

test("UTF-16 with a mark, and a file that is none", async ({ page }) => {
  await showData(page);
  const text = Buffer.from("\uFEFFtensión\tu\n1,5\t2\n2,5\t3\n", "utf16le");
  await choose(page, "Import CSV…", file("wide.csv", text));
  await expect(page.getByLabel("Encoding")).toHaveValue("utf-16le");
  await page.getByRole("button", { name: "Import 2 columns" }).click();
  await expect(page.getByLabel("Name of tensión")).toBeVisible();
  await choose(page, "Import CSV…", file("zip.csv", Buffer.from([80, 75, 3, 4, 0, 0, 9, 1])));
  await expect(page.getByRole("alert")).toContainText("This is not a text file.");
});

test("small files travel with the document; large ones are referred to, asked for, and known again", async ({
  page,
}) => {
  await showData(page);
  const large = logged(80_000);
  await choose(page, "Import CSV…", file("large.csv", large));
  await expect(page.getByRole("form")).toContainText("Stays beside the document");
  await page.getByRole("button", { name: "Import 3 columns" }).click();
  await expect(page.locator(".data-plot")).toContainText("80 000 samples");
  await choose(page, "Import CSV…", file("small.csv", logged(50)));
  await expect(page.getByRole("form")).toContainText("Becomes part of the document");
  await page.getByRole("button", { name: "Import 3 columns" }).click();
  await expect(page.locator(".data-plot")).toContainText("50 samples");

  const download = page.waitForEvent("download");
  await page.keyboard.press("Control+KeyS");
  const saved = readFileSync((await (await download).path())!, "utf8");
  const document = JSON.parse(saved) as { data: object; sets: readonly { file: { name: string; bytes: number } }[] };
  expect(Object.keys(document.data)).toEqual(["small.csv"]);
  expect(document.sets.map((set) => set.file.name)).toEqual(["large.csv", "small.csv"]);
  expect(document.sets[0]!.file.bytes).toBe(Buffer.byteLength(large));
  expect(saved.length).toBeLessThan(30_000);

  await expect.poll(async () => (await journal(page)).every(({ dirty }) => !dirty)).toBe(true);
  await page.reload();
  await simulated(page);
  const chooser = page.waitForEvent("filechooser");
  await menu(page, "File", "Open…");
  await (await chooser).setFiles({ name: "again.lazo", mimeType: "application/json", buffer: Buffer.from(saved) });
  await page.getByRole("tab", { name: "Data" }).click();
  const sets = page.getByRole("navigation", { name: "Data sets" });
  await sets.getByRole("button", { name: "small" }).click();
  await expect(page.locator(".data-plot")).toContainText("50 samples");
  await sets.getByRole("button", { name: /large file is missing/ }).click();
  await expect(page.locator(".data-body")).toContainText("“large.csv” is not here");
  await choose(page, "Find the file…", file("large.csv", large.replace("0,1;", "0,2;")));
  await expect(page.locator(".data-body")).toContainText("is not the file that was imported");
  await choose(page, "Find another…", file("large.csv", large));
  await expect(page.locator(".data-plot")).toContainText("80 000 samples");
});

const writeLarge = async (page: Page): Promise<void> => {
  await page.evaluate(async (text) => {
    const root = await navigator.storage.getDirectory();
    const stream = await (await root.getFileHandle("large.csv", { create: true })).createWritable();
    await stream.write(text);
    await stream.close();
  }, logged(70_000));
};
const importLarge = async (page: Page): Promise<void> => {
  await expect(page.getByRole("form")).toContainText("Stays beside the document");
  await page.getByRole("button", { name: "Import 3 columns" }).click();
  await expect(page.locator(".data-plot")).toContainText("70 000 samples");
  await expect.poll(async () => (await journal(page)).some(({ document }) => document.sets?.length === 1)).toBe(true);
};
const reloadToLarge = async (page: Page): Promise<void> => {
  await page.reload();
  await page.getByRole("tab", { name: "Data" }).click();
  await page.getByRole("navigation", { name: "Data sets" }).getByRole("button", { name: /large/ }).first().click();
};

test("a large file that was picked is read again after a reload, at once or at one click for permission", async ({
  page,
}) => {
  // A file of the page's own disk stands for one of the user's: its handle is kept and permitted alike.
  await page.addInitScript(() => {
    const asks = () => localStorage.getItem("asks");
    Object.assign(window, {
      showOpenFilePicker: async () => {
        if (asks() !== null) throw new DOMException("cancelled", "AbortError");
        return [await (await navigator.storage.getDirectory()).getFileHandle("large.csv")];
      },
    });
    if (asks() === null) return;
    Object.assign(FileSystemHandle.prototype, {
      queryPermission: () => Promise.resolve("prompt"),
      requestPermission: () => Promise.resolve(asks()),
    });
  });
  await showData(page);
  await writeLarge(page);
  await page.getByRole("button", { name: "Import CSV…" }).click();
  await importLarge(page);
  const reload = (): Promise<void> => reloadToLarge(page);
  const answer = (state: string) => page.evaluate((to) => localStorage.setItem("asks", to), state);
  await reload();
  await expect(page.locator(".data-plot")).toContainText("70 000 samples");
  // Permission has to be given anew: refused, the file is asked for, and that is cancelled here.
  await answer("denied");
  await reload();
  await page.getByRole("button", { name: "Find the file…" }).click();
  await expect(page.locator(".data-body")).toContainText("“large.csv” is not here");
  await answer("granted");
  await page.getByRole("button", { name: "Find the file…" }).click();
  await expect(page.locator(".data-plot")).toContainText("70 000 samples");
});

test("a large file that was dropped is read again after a reload", async ({ page }) => {
  await showData(page);
  await writeLarge(page);
  await page.evaluate(async () => {
    const handle = await (await navigator.storage.getDirectory()).getFileHandle("large.csv");
    // What the system drops brings its handle; what a script drops brings none.
    Object.assign(DataTransferItem.prototype, { getAsFileSystemHandle: () => Promise.resolve(handle) });
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(await handle.getFile());
    document.body.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
  });
  await importLarge(page);
  await reloadToLarge(page);
  await expect(page.locator(".data-plot")).toContainText("70 000 samples");
});

/** One that may be larger than what can be handed over as bytes. */
async function choosePath(page: Page, path: string, text: string): Promise<void> {
  writeFileSync(path, text);
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Import CSV…" }).click();
  await (await chooser).setFiles(path);
}

test("a file that is written anew while its form is read cannot be read, and that is told", async ({ page }, info) => {
  await showData(page);
  const path = info.outputPath("busy.csv");
  await choosePath(page, path, logged(80_000));
  await expect(page.getByRole("form")).toContainText("Stays beside the document");
  writeFileSync(path, logged(70_000));
  await page.getByRole("button", { name: "Import 3 columns" }).click();
  await expect(page.getByRole("alert")).toContainText("There is no permission to use “busy.csv”.");
  await expect(page.getByRole("navigation", { name: "Data sets" })).not.toContainText("busy");
});

test("an import can be cancelled, and the samples of a run become a data set", async ({ page }, info) => {
  await showData(page);
  const [names = "", ...rows] = logged(200_000).split("\r\n");
  const body = rows.join("\r\n");
  await choosePath(page, info.outputPath("long.csv"), [names, ...Array<string>(30).fill(body)].join("\r\n"));
  await page.getByRole("button", { name: "Import 3 columns" }).click();
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByRole("navigation", { name: "Data sets" })).not.toContainText("long");
  await expect(page.getByRole("table")).toBeVisible();
  await page.getByRole("button", { name: "Keep as data set" }).click();
  await expect(page.locator(".data-plot")).toContainText(/\d+ samples/);
  await page.getByRole("button", { name: /^Remove Tachometer run/ }).click();
  await expect(page.getByRole("table")).toBeVisible();
});

test("a CSV dropped on the window is shown for confirmation, and imported", async ({ page }) => {
  await openExample(page, "dc-motor");
  const dropped = await page.evaluateHandle((text) => {
    const data = new DataTransfer();
    data.items.add(new File([text], "dropped.csv", { type: "text/csv" }));
    return data;
  }, logged(300));
  await page.dispatchEvent("body", "dragover", { dataTransfer: dropped });
  await page.dispatchEvent("body", "drop", { dataTransfer: dropped });
  await expect(page.getByRole("region", { name: "First rows of dropped.csv" })).toContainText("velocidad");
  // All of the form is in sight, whatever the height of the dock at first.
  const form = page.getByRole("form", { name: "How the file is read" });
  expect(await form.evaluate(({ scrollHeight, clientHeight }) => scrollHeight - clientHeight)).toBeLessThanOrEqual(0);
  await page.getByRole("button", { name: "Import 3 columns" }).click();
  await expect(page.locator(".data-plot")).toContainText("300 samples");
  // Names stand above the curves that they name.
  for (const pane of await page.locator(".data-plot .plots-pane").all()) {
    const [name, canvas] = await Promise.all([
      pane.locator(".plots-pane-name").boundingBox(),
      pane.locator(".plots-canvas").boundingBox(),
    ]);
    expect(name!.y + name!.height).toBeLessThanOrEqual(canvas!.y + 1);
  }
});
