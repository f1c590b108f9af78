// `yagura remove`: makes the management server forget this host.
import { defineCommand } from "../command.ts";
import { failed, manage } from "../manage-client.ts";
import { manageOptions } from "../manage-options.ts";

const { group, ip, port, endpoint } = manageOptions;

export const command = defineCommand({
  name: "remove",
  summary: "Make the management server forget this host.",
  spelling: "go",
  options: [group, ip, port, endpoint],
  examples: [
    "yagura remove -e https://manage.example -g WEB -i 10.1.2.3",
    "HAPPO_AGENT_ENDPOINT=https://manage.example yagura remove -g 'WEB!TOKYO' -i 10.1.2.3",
  ],
  run: (input, needs) =>
    manage({ wish: { verb: "remove", hostname: "", proxies: null }, verdictOf }, input, needs),
});

function verdictOf(answer: Parameters<typeof failed>[0]) {
  return answer.status === 200 ? { exit: 0, text: "Success." } : failed(answer);
}
