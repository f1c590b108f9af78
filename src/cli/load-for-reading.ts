// The configuration as the daemon would take it, for the commands that look at it.
import { resolve } from "node:path";
import {
  happoDefaults,
  happoOverlays,
  isHappoEnvironment,
  type LoadedConfig,
  loadConfig,
  opsbroOverlays,
  type Section,
} from "../config/index.ts";
import type { CliNeeds } from "./cli-needs.ts";
import type { CommandInput } from "./command.ts";
import { textOf } from "./option-values.ts";
import { placesOf } from "./places.ts";

export interface ReadConfig {
  readonly loaded: LoadedConfig;
  readonly sections: readonly Section[];
  /** The file that was asked for, or the one in the usual place. */
  readonly file: string;
}

/** The file, and what the environment changes about it. Throws `config.unreadable` or `config.invalid`. */
export async function loadForReading({ options }: CommandInput, needs: CliNeeds): Promise<ReadConfig> {
  const { environment } = needs;
  const sections = await needs.sections();
  const file = textOf(options, "config");
  const defaultFile = placesOf({ home: textOf(options, "home"), environment }).configFile;
  const opsbro = textOf(options, "cfg-dir");
  const loaded = loadConfig({
    sections,
    ...(file === undefined ? { defaultFile } : { file }),
    environment,
    defaults: isHappoEnvironment(environment) ? happoDefaults("HAPPO_AGENT_*") : [],
    overlays: [
      ...(opsbro === undefined ? [] : opsbroOverlays(resolve(opsbro))),
      ...happoOverlays({}, environment),
    ],
  });
  return { loaded, sections, file: file ?? defaultFile };
}
