// Makes the documents that are made from the code; with --check, says which of them are not what the code would make.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { rolldown } from "rolldown";

const root = fileURLToPath(new URL("..", import.meta.url));

/** The source is TypeScript, which this Node does not read: a bundle of what the documents need is made first. */
async function load() {
  const scratch = mkdtempSync(join(tmpdir(), "yagura-docs-"));
  const bundle = await rolldown({
    input: join(root, "tools/documents.ts"),
    external: ["koffi", "classic-level"],
    platform: "node",
    cwd: root,
    logLevel: "silent",
  });
  await bundle.write({ dir: scratch, format: "esm", entryFileNames: "documents.mjs" });
  await bundle.close();
  try {
    return await import(pathToFileURL(join(scratch, "documents.mjs")).href);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

const { documents } = await load();
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const wanted = documents(version);
const stale = [];
for (const [path, text] of Object.entries(wanted)) {
  const file = join(root, path);
  let stands;
  try {
    stands = readFileSync(file, "utf8");
  } catch {
    stands = undefined;
  }
  if (stands === text) continue;
  stale.push(path);
  if (process.argv.includes("--check")) continue;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
for (const name of readdirSync(join(root, "docs/modules"), { withFileTypes: true })) {
  if (!(`docs/modules/${name.name}` in wanted))
    stale.push(`docs/modules/${name.name} (not made any more: remove it)`);
}
if (process.argv.includes("--check") && stale.length > 0) {
  console.error(`not up to date, run npm run docs:\n  ${stale.join("\n  ")}`);
  process.exit(1);
}
