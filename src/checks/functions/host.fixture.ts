// A host for tests of functions: real files, sockets and programs; neighbours and groups as the test says.
import { spawn } from "node:child_process";
import { systemClock } from "../../kernel/clock.ts";
import {
  builtInFunctions,
  compileExpression,
  type FunctionDefinition,
  functionsByName,
  type Value,
} from "../../languages/expression/index.ts";
import { type FunctionHost, systemFunctions } from "./index.ts";

export function hostOfTest(changed: Partial<FunctionHost> = {}): FunctionHost {
  return {
    clock: systemClock,
    root: "/",
    isInGroup: (group) => ["web", "found"].includes(group),
    isInFixedGroup: (group) => group === "web",
    environment: (name) => new Map([["SITE", "north"]]).get(name),
    zoneOf: (uuid) => (uuid === "" ? "internet" : ""),
    countNodes: (group, state) => (group === "web" ? 2 : 5) - (state === "dead" ? 1 : 0),
    haveEventType: (type) => type === "shinken-restart",
    complianceState: (name) => (name === "passwd" ? "COMPLIANT" : "UNKNOWN"),
    isHostingActive: (name) => name === "ec2",
    run: runHere,
    ...changed,
  };
}

/** Starts the program itself: no lookup, no limits. */
function runHere({
  name,
  option,
}: {
  name: string;
  option: string;
}): Promise<{ status: number; stdout: string }> {
  return new Promise((resolve) => {
    const child = spawn(name, option.split(" "), { stdio: ["ignore", "pipe", "ignore"] });
    let stdout = "";
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    child.once("error", () => resolve({ status: 127, stdout }));
    child.once("close", (status) => resolve({ status: status ?? 128, stdout }));
  });
}

const functions: ReadonlyMap<string, FunctionDefinition<FunctionHost>> = functionsByName<FunctionHost>([
  ...builtInFunctions({ random: () => 0.5 }),
  ...systemFunctions,
]);

/** What an expression comes to on that host. */
export async function answerOf(text: string, host: FunctionHost = hostOfTest()): Promise<Value> {
  return await compileExpression<FunctionHost>(text, {
    functions,
    placeholder: () => undefined,
  }).evaluateLater(host, host.signal);
}
