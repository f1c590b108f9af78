// `yagura names remove`: takes back what `names install` laid.
import { olderNames } from "../called-names.ts";
import { defineCommand } from "../command.ts";
import { removeLinks } from "../name-links.ts";
import { linksOf, unitsOption } from "../name-options.ts";

export const command = defineCommand({
  name: "names remove",
  summary: "Take back the names that were installed; files of others are left alone.",
  arguments: "<directory> [name...]",
  choices: olderNames,
  options: [unitsOption],
  examples: [
    "yagura names remove /usr/local/bin",
    "yagura names remove /usr/local/bin happo-agent --units /etc/systemd/system",
  ],
  async run(input, needs) {
    for (const path of removeLinks(linksOf(input, needs))) needs.stdout.write(`removed ${path}\n`);
    return 0;
  },
});
