// Small computers and disk stations, by their files.
import { describe, expect, it } from "vitest";
import { systemClock } from "../../kernel/clock.ts";
import { type Collector, isNotEligible } from "../collector.ts";
import { hostOfFiles } from "./host-of-files.fixture.ts";
import { raspberryPi } from "./raspberry-pi.ts";
import { synology } from "./synology.ts";

async function readingOf(collector: Collector, files: Readonly<Record<string, string>>) {
  const needs = { host: hostOfFiles(files), clock: systemClock, signal: new AbortController().signal };
  const sample = await collector.read({}, needs);
  return isNotEligible(sample) ? sample.notEligible : collector.measure(sample, undefined);
}

const modelFile = "sys/firmware/devicetree/base/model";

describe("raspberrypi", () => {
  it.each([
    ["Raspberry Pi Model B Plus Rev 1.2", "1"],
    ["Raspberry Pi 2 Model B Rev 1.1", "2"],
    ["Raspberry Pi 3 Model B Plus Rev 1.3", "3"],
    ["Raspberry Pi 4 Model B Rev 1.4", "4"],
    ["Raspberry Pi 5 Model B Rev 1.0", "5"],
    ["Raspberry Pi 400 Rev 1.0", "400"],
    ["Raspberry Pi Zero Rev 1.3", "0"],
    ["Raspberry Pi Zero 2 W Rev 1.0", "0"],
    ["Raspberry Pi Compute Module Rev 1.0", "1"],
    ["Raspberry Pi Compute Module 4 Rev 1.0", "4"],
    ["Raspberry Pi Something", "unknown"],
  ])("%s is version %s", async (model, version) => {
    const files = { [modelFile]: `${model}\0`, "sys/class/thermal/thermal_zone0/temp": "48312\n" };
    expect(await readingOf(raspberryPi, files)).toEqual({
      is_raspberry_pi: true,
      version,
      model,
      temperature: 48.31,
    });
  });

  it("is also known without /sys, and without a temperature", async () => {
    const reading = await readingOf(raspberryPi, {
      "proc/device-tree/model": "Raspberry Pi 4 Model B Rev 1.1\0",
    });
    expect(reading).toEqual({ is_raspberry_pi: true, version: "4", model: "Raspberry Pi 4 Model B Rev 1.1" });
  });

  it.each([{}, { [modelFile]: "Pine64 RockPro64\0" }])("is not this host with %j", async (files) => {
    expect(await readingOf(raspberryPi, files)).toBe("this host is no Raspberry Pi");
  });
});

describe("synology", () => {
  it("tells its model and version", async () => {
    const files = {
      "etc/synoinfo.conf": 'unique="synology_apollolake_918+"\nupnpmodelname="DS918+"\n# x="y"\nmaxdisks=4\n',
      "etc.defaults/VERSION": 'majorversion="7"\nproductversion="7.2.1"\nbuildnumber="69057"\n',
    };
    expect(await readingOf(synology, files)).toEqual({
      model: "DS918+",
      platform: "synology_apollolake_918+",
      dsm_version: "7.2.1",
      dsm_build: "69057",
    });
  });

  it("leaves out what is not told", async () => {
    expect(await readingOf(synology, { "etc/synoinfo.conf": "" })).toEqual({});
  });

  it("is no other host", async () =>
    expect(await readingOf(synology, {})).toBe("this host is none of synology"));
});
