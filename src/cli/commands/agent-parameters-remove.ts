// `yagura agent parameters remove`: one item of a list (contract opsbro §1.6).
import { clientOptions } from "../agent-client.ts";
import { defineCommand } from "../command.ts";
import { changeList } from "../main-file.ts";
import { opsbroOption } from "../shared-options.ts";

export const command = defineCommand({
  name: "agent parameters remove",
  summary:
    "Remove an item from a list of the main file, such as a group; a running agent drops groups at once.",
  arguments: "<name> <value>",
  options: [...clientOptions.filter(({ name }) => name !== "json"), opsbroOption],
  examples: [
    "yagura agent parameters remove groups web --cfg-dir /etc/opsbro",
    "yagura agent parameters remove groups web",
  ],
  run: (input, needs) => changeList("remove", input, needs),
});
