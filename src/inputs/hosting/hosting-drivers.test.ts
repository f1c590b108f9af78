// On what a host stands, by the files of such hosts.
import { describe, expect, it } from "vitest";
import { firmware, hostOfFiles } from "./host-of-files.fixture.ts";
import { activeDriver, activeDrivers, hostingDrivers, isDriverActive } from "./hosting-drivers.ts";

const nothing: Readonly<Record<string, string>> = {};

describe("hosting drivers", () => {
  it.each([
    ["docker-container", { ".dockerenv": "" }],
    ["ec2", { "sys/hypervisor/version/extra": ".amazon\n" }],
    ["ec2", { "sys/hypervisor/version/extra": "4.2.amazon" }],
    ["ec2", firmware({ sys_vendor: "Amazon EC2", product_name: "t3.micro" })],
    ["azure", firmware({ board_vendor: "Microsoft Corporation" })],
    [
      "azure",
      firmware({
        board_vendor: "Microsoft Corporation",
        chassis_asset_tag: "7783-7084-3265-9085-8269-3286-77",
      }),
    ],
    ["google-cloud", firmware({ board_vendor: "Google" })],
    ["google-cloud", firmware({ board_vendor: "Google", product_name: "Google Compute Engine" })],
    ["scaleway", { "etc/scw-release": "NAME=x\n" }],
    ["scaleway", firmware({ sys_vendor: "Scaleway" })],
    ["alibaba", firmware({ sys_vendor: "Alibaba Cloud", product_name: "Alibaba Cloud ECS" })],
    ["digitalocean", firmware({ sys_vendor: "DigitalOcean", product_name: "Droplet" })],
    ["synology", { "etc/synoinfo.conf": "" }],
    ["on-premise", nothing],
    ["on-premise", firmware({ board_vendor: "Microsoft Corporation", chassis_asset_tag: "1234-5678" })],
    ["on-premise", firmware({ board_vendor: "Google", product_name: "Peppy" })],
    ["on-premise", firmware({ board_vendor: "Dell Inc.", sys_vendor: "Dell Inc." })],
    ["on-premise", { "sys/hypervisor/version/extra": ".4-pre" }],
  ])("is %s with %j", async (expected, files: Readonly<Record<string, string>>) => {
    const host = hostOfFiles(files);
    expect(await activeDrivers(host)).toEqual([expected]);
    expect(await activeDriver(host)).toBe(expected);
    for (const { name } of hostingDrivers)
      expect([name, await isDriverActive(name, host)]).toEqual([name, name === expected]);
  });

  it("counts the innermost first, and knows the others", async () => {
    const host = hostOfFiles({ ".dockerenv": "", ...firmware({ sys_vendor: "Amazon EC2" }) });
    expect(await activeDrivers(host)).toEqual(["docker-container", "ec2"]);
    expect(await activeDriver(host)).toBe("docker-container");
    expect(await isDriverActive("ec2", host)).toBe(true);
  });

  it("has no driver of another name", async () => {
    expect(await isDriverActive("mainframe", hostOfFiles())).toBe(false);
    expect(hostingDrivers.at(-1)?.name).toBe("on-premise");
  });
});
