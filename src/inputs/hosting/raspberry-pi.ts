// Collector `raspberrypi`: which of the small computers this is, and how warm (contract opsbro §4.3).
import * as z from "zod";
import { defineCollector, type NotEligible } from "../collector.ts";
import { hundredths, readingOf } from "../collectors/measuring/rate.ts";

interface BoardSample {
  readonly model: string;
  readonly temperature: number | undefined;
}

const modelFile = "/sys/firmware/devicetree/base/model";
const temperatureFile = "/sys/class/thermal/thermal_zone0/temp";

export const raspberryPi = defineCollector({
  name: "raspberrypi",
  summary: "Which Raspberry Pi this is, and how warm it is.",
  everyMs: 60_000,
  config: z.strictObject({}),
  leaves: { temperature: { help: "Temperature of the processor", unit: "celsius" } },
  async read(_config, { host }): Promise<BoardSample | NotEligible> {
    const text = (await host.text(modelFile)) ?? (await host.text("/proc/device-tree/model")) ?? "";
    const model = text.replaceAll("\0", "").trim();
    if (!model.startsWith("Raspberry Pi")) return { notEligible: "this host is no Raspberry Pi" };
    const thousandths = ((await host.text(temperatureFile)) ?? "").trim();
    const temperature = /^-?\d{1,7}$/.test(thousandths) ? hundredths(Number(thousandths) / 1000) : undefined;
    return { model, temperature };
  },
  measure: ({ model, temperature }) =>
    readingOf({ is_raspberry_pi: true, version: versionOf(model), model, temperature }),
});

/** The number in the name: the first ones had none, and the small ones are version 0. */
function versionOf(model: string): string {
  const name = model.slice("Raspberry Pi".length).trim();
  if (name.startsWith("Zero")) return "0";
  if (/^(Model|Compute Module (Rev|$))/.test(name)) return "1";
  return /^(?:Compute Module )?(\d+)/.exec(name)?.[1] ?? "unknown";
}
