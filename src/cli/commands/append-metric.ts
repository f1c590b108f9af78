// `yagura append_metric`: hands metrics from a file or a pipe to an agent (contract happo §1.4).
import { readFile } from "node:fs/promises";
import { parseSensuMetrics, type SensuMetrics } from "../../formats/sensu-metric.ts";
import { reasonOf } from "../../kernel/errors.ts";
import { printable } from "../../kernel/log.ts";
import { httpRequest } from "../../transports/http-client.ts";
import type { CliNeeds } from "../cli-needs.ts";
import { defineCommand } from "../command.ts";
import { failureReason } from "../failure-reason.ts";
import { isOn, textOf } from "../option-values.ts";

const timeoutMs = 60_000;
const answerLimitBytes = 1024 * 1024;

export const command = defineCommand({
  name: "append_metric",
  summary: "Hand metrics from a file or a pipe to an agent.",
  spelling: "go",
  options: [
    {
      name: "hostname",
      short: "H",
      kind: "text",
      value: "NAME",
      env: "HAPPO_AGENT_HOSTNAME",
      help: "host that was measured",
    },
    {
      name: "bastion-endpoint",
      short: "b",
      kind: "text",
      value: "URL",
      env: "HAPPO_AGENT_BASTION_ENDPOINT",
      default: "https://127.0.0.1:6777",
      help: "agent that takes them; its certificate is not checked",
    },
    {
      name: "datafile",
      kind: "text",
      value: "FILE",
      env: "HAPPO_AGENT_DATAFILE",
      default: "-",
      help: "lines of name, value and Unix seconds between tabs; - is standard input",
    },
    {
      name: "api-key",
      short: "a",
      kind: "text",
      value: "TOKEN",
      env: "HAPPO_AGENT_API_KEY",
      help: "token to send",
    },
    {
      name: "dry-run",
      short: "n",
      kind: "boolean",
      env: "HAPPO_AGENT_DRY_RUN",
      help: "print what would be sent",
    },
  ],
  examples: [
    "metrics-cpu.rb | yagura append_metric -H web1",
    "yagura append_metric -H web1 --datafile metrics.tsv -b https://bastion.example:6777 --dry-run",
  ],
  async run({ options }, needs) {
    const complain = (reason: string) => {
      needs.stderr.write(`${printable(reason)}\n`);
      return 1;
    };
    let text: string;
    try {
      text = await inputText(textOf(options, "datafile") ?? "-", needs);
    } catch (thrown) {
      return complain(reasonOf(thrown));
    }
    const parsed = parseSensuMetrics(text);
    // What is no number at all is a mistake of the sender; NaN is left out, as it is when a program prints it.
    if (parsed.refusedCount > parsed.notFiniteCount) return complain(parsed.refused.join("; "));
    if (parsed.notFiniteCount > 0) complain(`left out: ${parsed.refused.join("; ")}`);
    const entries = [entryOf(textOf(options, "hostname") ?? "", parsed)];
    if (isOn(options, "dry-run")) {
      needs.stdout.write(`${JSON.stringify(entries)}\n`);
      return 0;
    }
    const body = { apikey: textOf(options, "api-key") ?? "", metric_data: entries };
    const failure = await send(textOf(options, "bastion-endpoint") ?? "", body);
    if (failure !== undefined) return complain(failure);
    needs.stdout.write("Success.\n");
    return 0;
  },
});

function entryOf(hostname: string, { values, timestamp }: SensuMetrics) {
  const sorted = [...values].sort(([one], [other]) => (one < other ? -1 : 1));
  return { hostname, timestamp, metrics: Object.fromEntries(sorted) };
}

async function inputText(path: string, { stdin }: CliNeeds): Promise<string> {
  if (path !== "-") return await readFile(path, "utf8");
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}

/** Why it was not taken; undefined when it was. */
async function send(endpoint: string, body: object): Promise<string | undefined> {
  const url = `${endpoint}/metric/append`;
  if (!/^https?:/.test(endpoint) || !URL.canParse(url))
    return `the endpoint is no http or https URL: ${endpoint}`;
  try {
    const answer = await httpRequest({
      method: "POST",
      url: new URL(url),
      headers: { "content-type": "application/json", connection: "close" },
      body: JSON.stringify(body),
      trust: { verify: false },
      timeoutMs,
      answerLimitBytes,
    });
    if (answer.status === 200) return undefined;
    return `the agent answered ${answer.status}: ${answer.body.toString("utf8").trim().slice(0, 500)}`;
  } catch (thrown) {
    return failureReason(thrown);
  }
}
