// What `names install` and `names remove` read alike.
import { resolve } from "node:path";
import { olderNames } from "./called-names.ts";
import type { CliNeeds } from "./cli-needs.ts";
import type { CommandInput, CommandOption } from "./command.ts";
import { type NameLink, programLinks, unitLinks } from "./name-links.ts";
import { textOf } from "./option-values.ts";
import { wrongUsage } from "./wrong-usage.ts";

export const unitsOption: CommandOption = {
  name: "units",
  kind: "text",
  value: "DIR",
  help: "names of the unit too, beside yagura.service in this directory, such as /etc/systemd/system",
};

/** Daemons of the older systems that had a unit or a job of this name. */
const unitNames = ["happo-agent", "opsbro"];

/** Those of the words, or all. Throws `usage.wrong`. */
export function linksOf({ words, options }: CommandInput, needs: CliNeeds): NameLink[] {
  const [directory = "", ...named] = words;
  const unknown = named.find((name) => !olderNames.includes(name));
  if (unknown !== undefined) return wrongUsage(`${unknown} is none of the names: ${olderNames.join(", ")}`);
  const names = named.length === 0 ? olderNames : named;
  const units = textOf(options, "units");
  return [
    ...programLinks(resolve(directory), names, needs),
    ...(units === undefined
      ? []
      : unitLinks(
          resolve(units),
          unitNames.filter((name) => names.includes(name)),
        )),
  ];
}
