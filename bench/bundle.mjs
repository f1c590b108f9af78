// A part of the source as one module that Node can load, for benchmarks that look at it without the program around it.
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Path of the bundled module; it lies inside the checkout, so that it finds the packages, and goes with this process. */
export async function bundle(entry) {
  const directory = mkdtempSync(join(root, "dist", "bench-"));
  process.on("exit", () => rmSync(directory, { recursive: true, force: true }));
  const built = await rolldown({
    input: join(root, entry),
    platform: "node",
    external: ["classic-level", "koffi"],
  });
  await built.write({ dir: directory, format: "esm", entryFileNames: "part.mjs" });
  await built.close();
  return join(directory, "part.mjs");
}
