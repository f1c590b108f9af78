// The main file of a configuration directory of opsbro, whose parameters commands show and change (contract §1.6).
import { agentListParameters, editParameter, loadPacks } from "../config/index.ts";
import { AgentError } from "../kernel/errors.ts";
import { printable } from "../kernel/log.ts";
import { askAgent } from "./agent-client.ts";
import type { CliNeeds } from "./cli-needs.ts";
import type { CommandInput } from "./command.ts";
import { textOf } from "./option-values.ts";
import { placesOf } from "./places.ts";
import { wrongUsage } from "./wrong-usage.ts";

/** Absolute. Throws `usage.wrong` when no directory was named, or it has no main file. */
export function mainFileOf(input: CommandInput, needs: CliNeeds): string {
  const directory = textOf(input.options, "cfg-dir");
  if (directory === undefined)
    return wrongUsage(`name a configuration directory of opsbro with --cfg-dir; ${byHand(input, needs)}`);
  const { mainFile } = loadPacks({ core: "", levels: "", objects: [], opsbro: directory });
  return mainFile ?? wrongUsage(`there is neither agent.yml nor local.yml in ${directory}`);
}

function byHand({ options }: CommandInput, { environment }: CliNeeds): string {
  const { configFile } = placesOf({ home: textOf(options, "home"), environment });
  return `the agent's own configuration, ${configFile}, is edited by hand`;
}

/** Groups have two names (contract §1.5). */
const groupKeys: ReadonlySet<string> = new Set(["groups", "tags"]);

/** Sets one value; it counts from the next start on. */
export async function setParameter(input: CommandInput, needs: CliNeeds): Promise<number> {
  await edit("set", input, needs);
  needs.stderr.write("it counts from the agent's next start on\n");
  return 0;
}

/** Adds an item to a list or removes it. A running agent is told of groups at once. */
export async function changeList(
  operation: "add" | "remove",
  input: CommandInput,
  needs: CliNeeds,
): Promise<number> {
  const [key = "", value = ""] = input.words;
  const isGroup = groupKeys.has(key);
  const hasFile = textOf(input.options, "cfg-dir") !== undefined;
  if (hasFile || !isGroup) await edit(operation, input, needs);
  if (!isGroup) {
    needs.stderr.write("it counts from the agent's next start on\n");
    return 0;
  }
  await tellRunning(`/agent/parameters/${operation}/groups/${encodeURIComponent(value)}`, input, needs);
  if (!hasFile) needs.stderr.write(`it holds until the agent ends; ${byHand(input, needs)}\n`);
  return 0;
}

async function edit(
  operation: "set" | "add" | "remove",
  input: CommandInput,
  needs: CliNeeds,
): Promise<void> {
  const path = mainFileOf(input, needs);
  const [key = "", value = ""] = input.words;
  const file = { path, itemwise: agentListParameters, now: new Date() };
  const { changed, words } = await editParameter(file, { operation, key, value });
  needs.stdout.write(`${printable(words)}${changed ? "" : ": it was so already"}\n`);
}

/** Where a file was changed, an agent that does not run is none that must be told. */
async function tellRunning(path: string, input: CommandInput, needs: CliNeeds): Promise<void> {
  try {
    const { value } = await askAgent(path, input, needs);
    needs.stdout.write(value === true ? "the running agent has it\n" : "the running agent had it already\n");
  } catch (thrown) {
    const isAbsent = thrown instanceof AgentError && thrown.code === "agent.unreachable";
    if (!isAbsent || textOf(input.options, "cfg-dir") === undefined) throw thrown;
    needs.stderr.write("no agent runs here that could be told\n");
  }
}
