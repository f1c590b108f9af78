// `yagura names install`: the program under the names of the systems that it takes over from.
import { olderNames } from "../called-names.ts";
import { defineCommand } from "../command.ts";
import { layLinks } from "../name-links.ts";
import { linksOf, unitsOption } from "../name-options.ts";

export const command = defineCommand({
  name: "names install",
  summary: "Let the program be called by the names of the older systems; files of others are left alone.",
  arguments: "<directory> [name...]",
  choices: olderNames,
  options: [unitsOption],
  examples: [
    "yagura names install /usr/local/bin",
    "yagura names install /usr/local/bin happo-agent --units /etc/systemd/system",
  ],
  async run(input, needs) {
    const links = linksOf(input, needs);
    layLinks(links);
    for (const { path, target } of links) needs.stdout.write(`${path} -> ${target}\n`);
    return 0;
  },
});
