// `yagura packs show`: what a pack brings, and its parameters (contract opsbro §12.2).
import {
  findPack,
  objectKinds,
  type Pack,
  type PackSet,
  packAddress,
  parameterShower,
  showParameters,
} from "../../config/index.ts";
import { printable } from "../../kernel/log.ts";
import { colours } from "../colour.ts";
import { defineCommand } from "../command.ts";
import { isOn } from "../option-values.ts";
import { packAddressIn, packListOptions, parameterText, readPackSet, tellProblems } from "../pack-files.ts";
import { printJson } from "../print-json.ts";
import { table } from "../table.ts";

export const command = defineCommand({
  name: "packs show",
  summary: "Show what the packs that count bring, with their parameters; or one pack.",
  arguments: "[level.name]",
  options: packListOptions,
  examples: ["yagura packs show core.linux", "yagura packs show local.redis --json"],
  async run(input, needs) {
    const set = await readPackSet(input, needs);
    const [address] = input.words;
    const packs =
      address === undefined
        ? set.packs.filter(({ winning, disabled }) => winning && !disabled)
        : [findPack(set, packAddressIn(set, address))];
    tellProblems(set, needs);
    const show = parameterShower(await needs.sections());
    const contents = packs.map((pack) => contentOf(pack, set, show));
    if (isOn(input.options, "json")) return printJson(contents, needs);
    const colour = colours(needs);
    const pages = contents.map(({ address: title, ...content }) => {
      return `${colour("bold", printable(title))}\n${table(rowsOf(content))}`;
    });
    needs.stdout.write(pages.join("\n"));
    return 0;
  },
});

function contentOf(pack: Pack, set: PackSet, show: ReturnType<typeof parameterShower>) {
  const { parametersFile, directory, facts, winning, disabled } = pack;
  const shipped = set.packs.find(({ name }) => name === pack.name) ?? pack;
  const defaults = set.parametersOf(shipped);
  const parameters = parametersFile === undefined ? [] : showParameters(parametersFile);
  return {
    address: packAddress(pack),
    ...{ directory, winning, disabled, description: facts.description },
    objects: objectKinds.flatMap((kind) =>
      set
        .objects(kind)
        .filter((one) => one.pack?.directory === directory)
        .map(({ id, name, file }) => ({ kind, id, name, file })),
    ),
    parameters: parameters.map(({ key, value, comments }) => {
      const shown = (one: unknown) => show({ pack: pack.name, key, value: one });
      return { key, value: shown(value), comments, shipped: shown(defaults[key] ?? null) };
    }),
  };
}

function rowsOf(content: Omit<ReturnType<typeof contentOf>, "address">): string[][] {
  const { directory, winning, disabled, description, objects, parameters } = content;
  const state = disabled
    ? "disabled: nothing of it is loaded"
    : "a pack of a higher level hides it: nothing of it is loaded";
  return [
    ["", "directory", directory],
    ...(description === "" ? [] : [["", "about", description]]),
    ...(winning && !disabled ? [] : [["", "state", state]]),
    ...objects.map(({ kind, id }) => ["", kind, id]),
    ...parameters.map(({ key, value, shipped, comments }) => {
      const text = parameterText(value);
      const before = parameterText(shipped);
      const note = [
        ...(before === text || shipped === null ? [] : [`shipped: ${before}`]),
        ...(comments.length === 0 ? [] : [comments.join(" ")]),
      ];
      return ["", "parameter", `${key} → ${text}`, note.join("; ")];
    }),
  ];
}
