// `yagura add`: tells the management server about this host.
import { defineCommand } from "../command.ts";
import { failed, manage } from "../manage-client.ts";
import { manageOptions } from "../manage-options.ts";
import { listOf, textOf } from "../option-values.ts";

const { group, ip, port, endpoint } = manageOptions;

export const command = defineCommand({
  name: "add",
  summary: "Tell the management server about this host.",
  spelling: "go",
  options: [
    group,
    ip,
    {
      name: "hostname",
      short: "H",
      kind: "text",
      value: "NAME",
      env: "HAPPO_AGENT_HOSTNAME",
      help: "the name of this host",
    },
    {
      name: "proxy",
      short: "p",
      kind: "list",
      value: "IP[:PORT]",
      env: "HAPPO_AGENT_PROXY",
      help: "agent to go through, nearest to the server first; may be repeated",
    },
    port,
    endpoint,
  ],
  examples: [
    "yagura add -e https://manage.example -g 'WEB!TOKYO' -i 10.1.2.3 -H web1",
    "yagura add -e https://manage.example -g WEB -i 10.1.2.3 -p 192.0.2.1:6777 -p 192.0.2.2",
  ],
  run(input, needs) {
    const wish = {
      verb: "add" as const,
      hostname: textOf(input.options, "hostname") ?? "",
      proxies: listOf(input.options, "proxy"),
    };
    return manage({ wish, verdictOf }, input, needs);
  },
});

function verdictOf(answer: Parameters<typeof failed>[0]) {
  if (answer.status === 200) return { exit: 0, text: "Success." };
  if (answer.status === 302) return { exit: 1, text: "Conflict!" };
  return failed(answer);
}
