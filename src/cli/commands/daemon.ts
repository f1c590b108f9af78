// `yagura agent start`: the agent in the foreground; as `daemon`, with the rights that happo-agent gave (contract happo §1.2).
import { resolve } from "node:path";
import {
  happoDaemonFlags,
  happoDefaults,
  happoOverlays,
  isHappoEnvironment,
  loadConfig,
  opsbroOverlays,
} from "../../config/index.ts";
import { defineCommand } from "../command.ts";
import { textOf } from "../option-values.ts";
import { placesOf } from "../places.ts";
import { configOption, homeOption, opsbroOption } from "../shared-options.ts";

export const command = defineCommand({
  name: "daemon",
  alias: "agent start",
  summary: "Run the agent in the foreground; as `daemon`, with the rights that happo-agent gave its clients.",
  spelling: "go",
  options: [...happoDaemonFlags, configOption, homeOption, opsbroOption],
  examples: [
    "yagura agent start --config /etc/yagura/yagura.yaml",
    "yagura daemon --home ~/.yagura -P 6777 -A 10.0.0.0/8 -A 192.0.2.7",
  ],
  async run({ given, name, options }, needs) {
    const [home, database] = [textOf(options, "home"), textOf(given, "dbfile")];
    const places = placesOf({ home, database, environment: needs.environment });
    const file = textOf(options, "config");
    const opsbro = textOf(options, "cfg-dir");
    const isOlder = name === "daemon" || isHappoEnvironment(needs.environment);
    const loaded = loadConfig({
      sections: await needs.sections(),
      ...(file === undefined ? { defaultFile: places.configFile } : { file }),
      environment: needs.environment,
      defaults: isOlder ? happoDefaults(name === "daemon" ? "yagura daemon" : "HAPPO_AGENT_*") : [],
      overlays: [
        ...(opsbro === undefined ? [] : opsbroOverlays(resolve(opsbro))),
        ...happoOverlays(given, needs.environment),
      ],
    });
    const agent = await needs.startAgent(loaded, places, {});
    const cpuProfile = textOf(options, "cpu-profile");
    return needs.serveUntilStopped(agent, cpuProfile === undefined ? {} : { cpuProfile });
  },
});
