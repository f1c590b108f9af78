// Bundles src/main.ts into dist/: one chunk for the daemon, further ones that are loaded only when they are needed.
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { takeWriteRights } from "./take-write-rights.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Native add-ons stay outside, each with its own files. */
const external = [
  "koffi",
  "classic-level",
  // What the sketches need to write themselves down, which nobody asks of them; not installed.
  "protobufjs/minimal",
];

export async function build() {
  // First, so that from here on nobody else changes what goes into the bundle.
  takeWriteRights(root);
  rmSync(`${root}dist`, { recursive: true, force: true });
  const bundle = await rolldown({
    input: { main: `${root}src/main.ts` },
    external,
    platform: "node",
    cwd: root,
    logLevel: "warn",
  });
  await bundle.write({
    dir: `${root}dist`,
    format: "esm",
    sourcemap: true,
    minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
    entryFileNames: "[name].js",
    chunkFileNames: "[name]-[hash].js",
  });
  await bundle.close();
  for (const name of readdirSync(`${root}dist`).filter((file) => file.endsWith(".js")))
    onlyAscii(`${root}dist/${name}`);
  chmodSync(`${root}dist/main.js`, 0o755);
  takeWriteRights(`${root}dist`);
}

/** One character beyond Latin-1 makes the engine keep the whole chunk in two bytes a character. */
function onlyAscii(path) {
  const text = readFileSync(path, "utf8");
  const escaped = text.replace(
    /[^\0-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  if (escaped !== text) writeFileSync(path, escaped);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build();
