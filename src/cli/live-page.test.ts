// Pages that are drawn again: over themselves on a terminal, below each other elsewhere, and so often as was asked for.
import { describe, expect, it } from "vitest";
import { startLivePage } from "./live-page.ts";

function terminal(isTTY: boolean) {
  const written: string[] = [];
  return { written, needs: { stdout: { write: (text: string) => void written.push(text), isTTY } } };
}

function counted() {
  let count = 0;
  return async () => {
    count += 1;
    return `page ${count}\nend\n`;
  };
}

describe("a page", () => {
  it("is drawn once where there is no terminal", async () => {
    const { written, needs } = terminal(false);
    await startLivePage(counted(), needs, { everyMs: 1 }).drawn;
    expect(written).toEqual(["page 1\nend\n"]);
  });

  it.each([
    [true, ["page 1\nend\n", "\u001b[2A\u001b[Jpage 2\nend\n"]],
    [false, ["page 1\nend\n", "page 2\nend\n"]],
  ])("is drawn as often as was asked for (terminal: %s)", async (isTTY, pages) => {
    const { written, needs } = terminal(isTTY);
    await startLivePage(counted(), needs, { everyMs: 1, times: 2 }).drawn;
    expect(written).toEqual(pages);
  });

  it("is drawn on a terminal until it is stopped", async () => {
    const { written, needs } = terminal(true);
    const page = startLivePage(counted(), needs, { everyMs: 1 });
    await expect.poll(() => written.length).toBeGreaterThan(2);
    await page.stop();
    await page.drawn;
    const count = written.length;
    await new Promise((resolve) => setImmediate(resolve));
    expect(written).toHaveLength(count);
  });

  it("that cannot be made ends the drawing", async () => {
    const { written, needs } = terminal(true);
    const page = startLivePage(async () => Promise.reject(new Error("no figures")), needs);
    await expect(page.drawn).rejects.toThrow("no figures");
    await page.stop();
    expect(written).toEqual([]);
  });
});
