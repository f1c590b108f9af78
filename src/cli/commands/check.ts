// `yagura check`: the Nagios side. One remote check, its text on stdout, its state as the exit code.
import { reasonOf } from "../../kernel/errors.ts";
import { printable } from "../../kernel/log.ts";
import { programName } from "../called-names.ts";
import {
  askForCheck,
  type CheckAnswer,
  type CheckQuestion,
  checkRequest,
  exitCodeOf,
} from "../check-client.ts";
import type { CliNeeds, Output } from "../cli-needs.ts";
import { type CommandInput, defineCommand, type OptionValues } from "../command.ts";
import { defaultPort } from "../host-port.ts";
import { integerOf, isOn, listOf, textOf } from "../option-values.ts";
import { credentialsOf, jsonOption, trustOptions } from "../shared-options.ts";
import { wrongUsage } from "../wrong-usage.ts";

export const command = defineCommand({
  name: "check",
  filler: "monitor",
  summary: "Ask an agent for one check, as a Nagios plugin.",
  spelling: "go",
  options: [
    { name: "host", short: "H", kind: "text", value: "HOST", help: "the agent's name or address (required)" },
    {
      name: "port",
      short: "P",
      kind: "integer",
      value: "PORT",
      default: String(defaultPort),
      help: "its port",
    },
    {
      name: "proxy",
      short: "X",
      kind: "list",
      value: "HOST[:PORT]",
      help: "agent to go through, nearest first; may be repeated",
    },
    {
      name: "plugin",
      short: "p",
      older: "plugin_name",
      kind: "text",
      value: "NAME",
      help: "the check program (required)",
    },
    {
      name: "options",
      short: "o",
      older: "plugin_option",
      kind: "text",
      value: "TEXT",
      help: "its options in one text",
    },
    { name: "timeout", short: "t", kind: "integer", value: "SECONDS", default: "60", help: "for all of it" },
    ...trustOptions,
    jsonOption,
    { name: "verbose", short: "v", kind: "boolean", help: "print the request and its timing on stderr" },
  ],
  examples: [
    "yagura check -H web1.example -p check_load -o '-w 15,10,5 -c 30,25,20'",
    "yagura check -H 10.0.0.5 -X bastion.example -p check_procs --token-file /etc/nagios/yagura.token",
  ],
  async run(input, needs) {
    const began = performance.now();
    try {
      const question = questionOf(input, needs);
      warnOfExposure(question, needs.stderr);
      if (isOn(input.options, "verbose")) explain(question, needs.stderr);
      const answer = await askForCheck(question);
      if (isOn(input.options, "verbose"))
        needs.stderr.write(`< ${answer.status} in ${(performance.now() - began).toFixed(1)} ms\n`);
      return print(answer, input, needs);
    } catch (thrown) {
      // Nagios shows nothing but the output, so that a wrong call says there what is wrong with it.
      const answer = { returnValue: 2, message: `ERROR(check_happo): ${reasonOf(thrown)}`, status: 0 };
      return print(answer, input, needs);
    }
  },
});

/** The original checks no certificate; with authorities or a fingerprint this one does. */
function questionOf({ options }: CommandInput, { calledPath }: CliNeeds): CheckQuestion {
  const { token, ca, pin } = credentialsOf(options);
  return {
    target: { host: required(options, "host"), port: numberWithin(options, "port", 65_535) },
    proxies: listOf(options, "proxy"),
    plugin: required(options, "plugin"),
    options: textOf(options, "options") ?? "",
    token,
    trust: { verify: ca !== undefined, ca, pin },
    timeoutMs: numberWithin(options, "timeout", 86_400) * 1000,
    withReason: programName(calledPath) !== "check_happo",
  };
}

/** Whoever stands between could read a token that is sent without looking at the certificate. */
function warnOfExposure({ token, trust }: CheckQuestion, output: Output): void {
  if (token === undefined || trust.verify || trust.pin !== undefined) return;
  output.write("yagura: the token goes to an agent whose certificate is not checked; see --ca and --pin\n");
}

function required(options: OptionValues, name: string): string {
  return textOf(options, name) ?? wrongUsage(`-${name} is missing`);
}

function numberWithin(options: OptionValues, name: string, most: number): number {
  const value = integerOf(options, name) ?? 0;
  return value >= 1 && value <= most ? value : wrongUsage(`-${name} must be between 1 and ${most}`);
}

function explain(question: CheckQuestion, output: Output): void {
  const { url, body } = checkRequest({ ...question, token: question.token === undefined ? "" : "***" });
  output.write(`> POST ${url}\n> ${JSON.stringify(body)}\n`);
}

/** To a pipe the text goes as it came; a terminal gets no control characters, and a newline at the end. */
function print(answer: CheckAnswer, { options }: CommandInput, { stdout }: CliNeeds): number {
  const exitCode = exitCodeOf(answer);
  const { returnValue: return_value, message } = answer;
  if (isOn(options, "json")) stdout.write(`${JSON.stringify({ return_value, message })}\n`);
  else if (stdout.isTTY === true)
    stdout.write(`${message.replace(/[^\n\t]+/g, printable).replace(/\n?$/, "\n")}`);
  else stdout.write(message);
  return exitCode;
}
