// `npm start`: the built program's demonstration, with the flags that the program starts itself with.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../dist/main.js", import.meta.url));
if (!existsSync(main)) {
  const { build } = await import("./build.mjs");
  await build();
}
const flags = ["--max-semi-space-size=1", "--optimize-for-size"];
const child = spawn(process.execPath, [...flags, main, "demo", ...process.argv.slice(2)], {
  stdio: "inherit",
});
// Ctrl-C reaches both; the demonstration says goodbye and this waits for it.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
  process.on(signal, () => signal !== "SIGINT" && child.kill(signal));
child.on("exit", (code, signal) => {
  process.exitCode = signal === null ? (code ?? 1) : 1;
});
