// A program of its own that writes metrics with one writer and ends: for what only a whole process shows.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { rolldown } from "rolldown";

export interface WritingProgram {
  readonly directory: string;
  /** The writer's file. */
  readonly file: string;
  /** What it is exported as. */
  readonly output: string;
  readonly config: object;
}

/** Path of a program whose arguments are the number of deliveries and of metrics in each. */
export async function writingProgram({ directory, file, output, config }: WritingProgram): Promise<string> {
  const source = join(directory, "write.ts");
  const program = join(directory, "write", "write.mjs");
  writeFileSync(
    source,
    `import { ${output} as output } from ${JSON.stringify(file)};
const [deliveries, count] = process.argv.slice(2).map(Number);
const needs = { log: { info() {} }, hostname: "h", userAgent: "yagura/1" };
const writer = await output.open(output.config.parse(${JSON.stringify(config)}), needs);
const metrics = Array.from({ length: count }, (_, n) => ({ name: "m" + n, tags: {}, value: n, timestampMs: n }));
try {
  for (let n = 0; n < deliveries; n += 1) {
    const parcels = [{ id: "p" + n, origin: "push", host: "h", timestampMs: 1, metrics }];
    await writer.write({ id: "d" + n, sequence: n, parcels, count }, AbortSignal.timeout(10_000));
  }
} catch (thrown) {
  console.error(thrown.message);
}
await writer.close();
`,
  );
  const bundle = await rolldown({ input: source, platform: "node" });
  await bundle.write({ dir: join(directory, "write"), entryFileNames: "write.mjs" });
  await bundle.close();
  return program;
}
