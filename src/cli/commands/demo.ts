// `yagura demo`: a private agent on this host, one real check through its HTTPS API, and what to try next.
import { chmodSync, existsSync } from "node:fs";
import { AgentError, reasonOf } from "../../kernel/errors.ts";
import { printable } from "../../kernel/log.ts";
import { openStateDirectory } from "../../kernel/state-directory.ts";
import { trusted } from "../../kernel/trusted-path.ts";
import { askSocket, shaped } from "../agent-client.ts";
import { askForCheck, type CheckAnswer } from "../check-client.ts";
import type { AgentHandle, CliNeeds } from "../cli-needs.ts";
import { type Colour, colours } from "../colour.ts";
import { defineCommand } from "../command.ts";
import { onFreePort } from "../free-port.ts";
import { parseHostPort } from "../host-port.ts";
import { HostSummary } from "../host-summary.ts";
import { startLivePage } from "../live-page.ts";
import { textOf } from "../option-values.ts";
import { type Places, placesOf } from "../places.ts";
import { withProgress } from "../progress.ts";
import { homeOption } from "../shared-options.ts";
import { stateText } from "../state-text.ts";

const host = "127.0.0.1";
const program = "node dist/main.js";
const origin = "yagura demo";

export const command = defineCommand({
  name: "demo",
  summary: "Run a private agent on this host, ask it for one check, and show what to try.",
  options: [{ ...homeOption, default: ".yagura" }],
  examples: ["yagura demo", "yagura demo --home /tmp/yagura-demo"],
  async run({ options }, needs) {
    const home = textOf(options, "home") ?? ".yagura";
    const places = placesOf({ home, environment: needs.environment });
    makePrivate(places.stateDirectory);
    const started = onFreePort(host, async (address) => ({
      agent: await start(address, places, needs),
      address,
    }));
    const { agent, address } = await withProgress("starting the agent", started, needs.stderr);
    const { port } = parseHostPort(address);
    const answer = await withProgress("asking for a check", ask(port, agent), needs.stderr);
    needs.stdout.write(welcome({ port, home, agent, answer, needs }));
    const page = startLivePage(hostPage(agent.socketPath, needs), needs);
    const exit = await needs.serveUntilStopped(agent, {});
    await page.stop();
    return exit;
  },
});

function makePrivate(directory: string): void {
  try {
    openStateDirectory(directory);
    chmodSync(directory, 0o700);
  } catch (thrown) {
    if (thrown instanceof AgentError) throw thrown;
    throw new AgentError("state.unusable", { path: directory, reason: reasonOf(thrown), cause: thrown });
  }
}

async function start(address: string, places: Places, needs: CliNeeds): Promise<AgentHandle> {
  const { loadConfig } = await import("../../config/index.ts");
  const loaded = loadConfig({
    sections: await needs.sections(),
    defaultFile: places.configFile,
    environment: needs.environment,
    overlays: [
      { path: ["api", "listen"], value: address, origin },
      { path: ["inputs", "collectors", "every"], value: "2s", origin },
    ],
  });
  return needs.startAgent(loaded, places, { demo: true });
}

/** The host's main figures, its groups and its checks, once the collectors have been there. */
function hostPage(socketPath: string, needs: CliNeeds): () => Promise<string> {
  const summary = new HostSummary();
  return async () => {
    const { collectorsAnswer } = await import("../../api/contract/index.ts");
    for (let attempt = 0; ; attempt += 1) {
      const answer = await askSocket("/collectors", socketPath);
      const collectors = shaped(collectorsAnswer, answer);
      if (attempt >= firstRoundAttempts || Object.values(collectors).every(({ state }) => isSettled(state)))
        return `\n${summary.page(collectors)}${await judgedPart(socketPath, needs)}`;
      await new Promise((resolve) => setTimeout(resolve, firstRoundPauseMs));
    }
  };
}

/** What the host was found to be, and a line for each check. */
async function judgedPart(socketPath: string, needs: CliNeeds): Promise<string> {
  const { checksAnswer } = await import("../../api/contract/index.ts");
  const { checks } = shaped(checksAnswer, await askSocket("/checks", socketPath));
  const groups = (await askSocket("/agent/detectors/state", socketPath)).value as readonly string[];
  const colour = colours(needs);
  // A line that is folded could not be drawn over.
  const width = (needs.stdout.columns || 100) - 1;
  const lines = checks.map(({ id, state, output }) => {
    const [first = ""] = output.split("\n");
    const rest = ` ${printable(id).padEnd(20)} ${printable(first)}`.slice(0, width - stateWidth);
    return `${stateText(state, colour, stateWidth)}${rest}\n`;
  });
  const named = groups.length === 0 ? "none yet" : printable(groups.join(", "));
  return `\n${`groups   ${named}`.slice(0, width)}\n${lines.join("")}`;
}

const stateWidth = 8;

/** Collectors come one after the other within their first seconds. */
const firstRoundAttempts = 48;
const firstRoundPauseMs = 250;

function isSettled(state: string): boolean {
  return state !== "PENDING" && state !== "RUNNING";
}

/** A check of the host's own plugins where they are installed, else one that comes with the agent. */
function demoCheck(): { plugin: string; options: string } {
  const folders = ["/usr/lib/nagios/plugins", "/usr/lib64/nagios/plugins"];
  const plugins = folders.map((folder) => `${folder}/check_load`);
  return plugins.some((plugin) => existsSync(plugin) && trusted(plugin) === undefined)
    ? { plugin: "check_load", options: "-w 15,10,5 -c 30,25,20" }
    : { plugin: "check_host_load", options: "-w 4 -c 8" };
}

const asking = { timeoutMs: 60_000, withReason: true };

function ask(port: number, agent: AgentHandle): Promise<CheckAnswer> {
  const trust = { verify: false, pin: agent.fingerprint };
  return askForCheck({ target: { host, port }, proxies: [], ...demoCheck(), trust, ...asking });
}

const states: readonly (readonly [string, Colour])[] = [
  ["OK", "green"],
  ["WARNING", "yellow"],
  ["CRITICAL", "red"],
];

interface Shown {
  readonly port: number;
  readonly home: string;
  readonly agent: AgentHandle;
  readonly answer: CheckAnswer;
  readonly needs: CliNeeds;
}

function welcome({ port, home, agent, answer, needs }: Shown): string {
  const { plugin, options } = demoCheck();
  const colour = colours(needs);
  const [state, stateColour] = states[answer.returnValue] ?? ["UNKNOWN", "yellow" as const];
  const body = JSON.stringify({ plugin_name: plugin, plugin_option: options });
  const url = `https://${host}:${port}`;
  return `${colour("bold", `The agent listens on ${url}`)}
certificate (SHA-256): ${agent.fingerprint}

It was asked for a check, with that certificate pinned:
  ${plugin} ${options}
  ${colour(stateColour, state)} (${answer.returnValue}): ${printable(answer.message.trim())}

Try next, in another terminal:
  curl -k ${url}/monitor -d '${body}'
  ${program} check -H ${host} -P ${port} --pin ${agent.fingerprint} -p ${plugin} -o '${options}'
  ${program} status --home ${quoted(home)}
  ${program} collectors show memory --home ${quoted(home)}
  ${program} history memory.phys_used --home ${quoted(home)}
  ${program} monitoring state --home ${quoted(home)}
  ${program} events follow --home ${quoted(home)}
  ${program} dashboards show linux --home ${quoted(home)}
  ${program} tap --match 'memory.*' --home ${quoted(home)}
  curl -k -o cpu.png '${url}/render?target=cpustats.*.%25idle&from=-10min&format=png'
  curl -k ${url}/metrics
  and in a browser the page of the API: ${url}/docs

Ctrl-C stops it. Everything it keeps is in ${home}
`;
}

function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
