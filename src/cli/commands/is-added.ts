// `yagura is_added`: asks the management server whether it knows this host.
import { defineCommand } from "../command.ts";
import { manage } from "../manage-client.ts";
import { manageOptions } from "../manage-options.ts";

const { group, ip, port, endpoint } = manageOptions;

export const command = defineCommand({
  name: "is_added",
  summary: "Ask the management server whether it knows this host.",
  spelling: "go",
  options: [group, ip, port, endpoint],
  examples: [
    "yagura is_added -e https://manage.example -g WEB -i 10.1.2.3",
    "HAPPO_AGENT_ENDPOINT=https://manage.example yagura is_added -g 'WEB!TOKYO' -i 10.1.2.3",
  ],
  run: (input, needs) =>
    manage({ wish: { verb: "is_added", hostname: "", proxies: null }, verdictOf }, input, needs),
});

function verdictOf({ status }: { status: number }) {
  if (status === 302) return { exit: 0, text: "Found." };
  if (status === 404) return { exit: 1, text: "Not found." };
  return { exit: 2, text: "Unknown Status" };
}
