// A host of its own for each test: a directory in place of /, real programs, and objects from real files.
import { createHash } from "node:crypto";
import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { testContext } from "../../test/support/context.ts";
import { directoryOfTest } from "../../test/support/temporary.ts";
import { loadPacks, problemLine } from "../config/index.ts";
import type { Happening } from "../event/index.ts";
import type { Clock } from "../kernel/clock.ts";
import {
  builtInFunctions,
  compileExpression,
  functionsByName,
  type Value,
} from "../languages/expression/index.ts";
import { programsConfig } from "../programs/config.ts";
import { programsModule } from "../programs/index.ts";
import { type ComplianceExpressions, complianceModule } from "./compliance.ts";
import { complianceConfig } from "./config.ts";
import { firstMs } from "./running/compliance-set.ts";

export type Files = Readonly<Record<string, string>>;

/** Tests that give files away need root. */
export const isRoot = process.getuid?.() === 0;

export const debian: Files = {
  "host/etc/os-release": 'ID=debian\nVERSION_ID="12"\n',
  "host/etc/passwd":
    "root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n",
  "host/etc/group": "root:x:0:\nusers:x:100:\nnogroup:x:65534:\n",
};

function writeFiles(home: string, files: Files): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(home, name)), { recursive: true });
    writeFileSync(join(home, name), text);
  }
}

type Scope = readonly Value[];

/** Expressions that see the variables alone. `early` says which collectors have not run. */
function expressionsOf(early: () => boolean): ComplianceExpressions {
  const functions = functionsByName<Scope>(builtInFunctions({ random: Math.random }));
  const compiled = new Map<unknown, ReturnType<typeof compileExpression<Scope>>>();
  return {
    compile(text, { variables }) {
      const expression = compileExpression<Scope>(text, {
        functions,
        placeholder(name) {
          const place = variables.indexOf(name.replace(/^variables\./, ""));
          return place < 0 ? undefined : (scope: Scope) => scope[place] ?? "";
        },
      });
      const bound = { text, asked: new Set(text.includes("early") ? ["early"] : []) };
      compiled.set(bound, expression);
      return bound;
    },
    evaluate(bound, { variables, signal }) {
      const expression = compiled.get(bound);
      if (expression === undefined) throw new Error("an expression that nobody compiled");
      return expression.evaluateLater(variables, signal);
    },
    isEarly: (asked) => [...asked].length > 0 && early(),
  };
}

export interface HostOptions {
  readonly config?: object;
  readonly home?: string;
  readonly early?: () => boolean;
  /** False: objects are looked at only where the test says so. */
  readonly beats?: boolean;
}

/** Compliance over the files: `objects.d/` is local, `core/` holds packs, `host/` stands for `/`. */
export async function complianceOn(
  files: Files,
  { config = {}, home = directoryOfTest(), early, beats = false }: HostOptions = {},
) {
  writeFiles(home, { ...debian, ...files });
  const context = testContext();
  const told: Extract<Happening, { type: "compliance" }>[] = [];
  const commands: string[] = [];
  let running = 0;
  let atOnce = 0;
  const programs = await programsModule.start(programsConfig.parse({}), {
    ...context,
    shippedPrograms: home,
  });
  const packs = loadPacks({ core: join(home, "core"), levels: home, objects: [join(home, "objects.d")] });
  const unread = packs.problems.map(problemLine);
  const compliance = await complianceModule.start(
    complianceConfig.parse({ host_root: join(home, "host"), every: "1h", ...config }),
    {
      ...context,
      clock: beats ? context.clock : withoutFirstBeat(context.clock),
      packs,
      expressions: expressionsOf(early ?? (() => false)),
      async runSystem(request) {
        commands.push(`${request.name} ${request.option}`);
        running += 1;
        atOnce = Math.max(atOnce, running);
        try {
          return await programs.system(request);
        } finally {
          running -= 1;
        }
      },
      hasProgram: (name) => programs.hasSystem(name),
      runLine: (request) => programs.ownLine(request),
      tell: (happening) => {
        if (happening.type === "compliance") told.push(happening);
      },
    },
  );
  const stop = async () => {
    await compliance.stop();
    await programs.stop();
  };
  onTestFinished(stop);
  const launch = async (name: string) => {
    const report = await compliance.launch(name);
    if (report === undefined)
      throw new Error(
        `there is no ${name}; there are ${compliance.reports().map((one) => one.name)}: ${context.lines.join("")}`,
      );
    return { ...report, lines: report.infos.map(({ state, text }) => `${state} ${text}`) };
  };
  const inHost = (path: string) => join(home, "host", path);
  return {
    compliance,
    launch,
    told,
    commands,
    home,
    inHost,
    stop,
    unread,
    mostAtOnce: () => atOnce,
    lines: context.lines,
  };
}

/** Beats follow one another, so that none follows where the first does not come. */
function withoutFirstBeat(clock: Clock): Clock {
  const after: Clock["after"] = (delayMs, run) =>
    delayMs === firstMs ? { cancel: () => {} } : clock.after(delayMs, run);
  return { ...clock, after };
}

/** Everything about a tree that a change would change. */
export function snapshot(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, encoding: "utf8" })
    .sort()
    .map((name) => {
      const path = join(directory, name);
      const { mode, uid, gid, mtimeMs, ctimeMs, ino } = lstatSync(path);
      const found = lstatSync(path);
      const content = found.isFile()
        ? createHash("sha256").update(readFileSync(path)).digest("hex")
        : found.isSymbolicLink()
          ? readlinkSync(path)
          : "";
      return [name, mode, uid, gid, mtimeMs, ctimeMs, ino, content].join(" ");
    });
}
