// The packs of this host as the agent would load them, for commands that work on their files.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { loadPacks, type PackSet, type PacksConfig, problemLine } from "../config/index.ts";
import type { CliNeeds } from "./cli-needs.ts";
import type { CommandInput, CommandOption } from "./command.ts";
import { loadForReading } from "./load-for-reading.ts";
import { textOf } from "./option-values.ts";
import { placesOf } from "./places.ts";
import { configOption, homeOption, jsonOption, opsbroOption } from "./shared-options.ts";

/** Where the agent that is meant has its configuration and state. */
export const packOptions: readonly CommandOption[] = [homeOption, configOption, opsbroOption];
export const packListOptions: readonly CommandOption[] = [...packOptions, jsonOption];

/** Throws `config.unreadable` or `config.invalid`; what is wrong with packs is in the set. */
export async function readPackSet(input: CommandInput, needs: CliNeeds): Promise<PackSet> {
  const { loaded } = await loadForReading(input, needs);
  const { packs = {} } = loaded.value as { readonly packs?: Partial<PacksConfig> };
  const { environment } = needs;
  const { configFile, stateDirectory } = placesOf({ home: textOf(input.options, "home"), environment });
  const usual = join(dirname(loaded.files[0] ?? configFile), "objects.d");
  return loadPacks({
    core: shippedPacks(),
    levels: packs.directory ?? stateDirectory,
    objects: packs.objects ?? (existsSync(usual) ? [usual] : []),
    opsbro: packs.opsbro,
    disabled: packs.disabled,
  });
}

/** They stand beside the package's own description, whether this runs from its sources or as one file. */
function shippedPacks(): string {
  let directory = import.meta.dirname;
  while (!existsSync(join(directory, "package.json")) && dirname(directory) !== directory)
    directory = dirname(directory);
  return join(directory, "packs");
}

/** Says on standard error what is wrong with packs and local files. */
export function tellProblems({ problems }: Pick<PackSet, "problems">, { stderr }: CliNeeds): void {
  for (const problem of problems) stderr.write(`${problemLine(problem)}\n`);
}

/**
 * The older system's scripts say `global.redis` for a shipped pack: then that of the level `core` is meant, unless the
 * level `global` has one.
 */
export function packAddressIn({ packs }: Pick<PackSet, "packs">, address: string): string {
  if (!address.startsWith("global.")) return address;
  const rest = address.slice("global.".length);
  const has = (level: string) =>
    packs.some((pack) => pack.level === level && (rest === pack.name || rest.startsWith(`${pack.name}.`)));
  return !has("global") && has("core") ? `core.${rest}` : address;
}

/** A parameter's value on one line: texts as they are, everything else as YAML and JSON write it. */
export function parameterText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
