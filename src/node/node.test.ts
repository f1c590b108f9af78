// Who a node is: after restarts, on other hosts, in containers, and with what it is reached.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import type { NetworkInterfaceInfo } from "node:os";
import { dirname, join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { directoryOfTest } from "../../test/support/temporary.ts";
import type { Log } from "../kernel/log.ts";
import { localAddressOf, nodeConfig, readNodeIdentity } from "./index.ts";
import { addressesInHosts } from "./local-address.ts";

const product = "4c4c4544-0042-3510-8051-b4c04f4d4d31";

interface Place {
  readonly stateDirectory: string;
  readonly hostRoot: string;
}

function place(files: Readonly<Record<string, string>> = {}): Place {
  const hostRoot = directoryOfTest();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(hostRoot, path)), { recursive: true });
    writeFileSync(join(hostRoot, path), text);
  }
  return { stateDirectory: directoryOfTest(), hostRoot };
}

const identity = (where: Place, hostname = "host1", error: Log["error"] = () => {}) =>
  readNodeIdentity({
    ...where,
    hostname,
    now: () => 1_700_000_000_500,
    interfaces: () => ({}),
    log: { error },
  });
const uuidOf = async (where: Place, hostname?: string) => (await identity(where, hostname)).uuid;
const dmi = (id: string) => ({ "sys/class/dmi/id/product_uuid": `${id}\n` });

describe("uuid", () => {
  it("is made of the hardware's number, whatever its letters and the host's name", async () => {
    const uuid = await uuidOf(place(dmi(product)));
    expect(uuid).toBe(createHash("sha1").update(product).digest("hex"));
    expect(await uuidOf(place(dmi(product.toUpperCase())), "host2")).toBe(uuid);
    expect(await uuidOf(place(dmi(product.replace("4c", "4d"))))).not.toBe(uuid);
  });

  it("without it is made once for a host name", async () => {
    const where = place();
    const uuid = await uuidOf(where);
    expect(uuid).toMatch(/^[0-9a-f]{40}$/);
    expect(await uuidOf(where)).toBe(uuid);
    const other = await uuidOf(where, "host2");
    expect(other).not.toBe(uuid);
    expect(await uuidOf(where, "host2")).toBe(other);
    expect(await uuidOf(place())).not.toBe(uuid);
  });

  it("of the hardware stays when the hardware's number can no longer be read", async () => {
    const where = place(dmi(product));
    const uuid = await uuidOf(where);
    rmSync(join(where.hostRoot, "sys"), { recursive: true });
    expect(await uuidOf(where)).toBe(uuid);
  });

  it("of the hardware goes before a kept one of other hardware", async () => {
    const where = place(dmi(product.replace("4c", "4d")));
    await uuidOf(where);
    writeFileSync(join(where.hostRoot, "sys/class/dmi/id/product_uuid"), product);
    expect(await uuidOf(where)).toBe(await uuidOf(place(dmi(product))));
  });

  it.each([
    "12345678-1234-5678-90ab-cddeefaabbcc",
    "03000200-0400-0500-0006-000700080009",
    "00000000-0000-0000-0000-000000000000",
    "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
    "Not Settable",
    "",
  ])("is not made of %j, which many machines have", async (id) => {
    expect(await uuidOf(place(dmi(id)))).not.toBe(await uuidOf(place(dmi(id))));
  });

  it.each([
    ["of Docker", { ".dockerenv": "" }],
    ["of Podman", { "run/.containerenv": "" }],
    ["with a control group", { "proc/1/cgroup": "12:cpu:/kubepods/burstable/pod1/abc\n" }],
    ["with LXC's variable", { "proc/1/environ": "PATH=/bin\0container=lxc\0" }],
    [
      "on layers of an image",
      { "proc/1/mountinfo": "1 2 0:5 / / rw,relatime master:3 - overlay overlay rw,lowerdir=/x\n" },
    ],
  ])("is not the host's in a container %s", async (_name, files) => {
    const make = () => uuidOf(place({ ...dmi(product), ...files }));
    expect(await make()).not.toBe(await make());
  });

  it("is the hardware's on an ordinary host", async () => {
    const ordinary = {
      "proc/1/cgroup": "0::/init.scope\n",
      "proc/1/mountinfo":
        "25 1 8:1 / / rw - ext4 /dev/sda1 rw\n30 25 0:9 / /var/lib/docker/overlay2/a rw - overlay overlay rw\n",
      "proc/1/environ": "HOME=/\0",
    };
    expect(await uuidOf(place({ ...dmi(product), ...ordinary }))).toBe(await uuidOf(place(dmi(product))));
  });

  it.each(["", "abc\nhost1\n", `${"g".repeat(40)}\nhost1\n`, "\0\0\0"])(
    "survives a kept file of %j",
    async (text) => {
      const where = place();
      writeFileSync(join(where.stateDirectory, "node-uuid"), text);
      const uuid = await uuidOf(where);
      expect(uuid).toMatch(/^[0-9a-f]{40}$/);
      expect(await uuidOf(where)).toBe(uuid);
    },
  );
});

describe("incarnation", () => {
  it("grows with each start, from the time on", async () => {
    const where = place();
    const starts = [await identity(where), await identity(where), await identity(where, "host2")];
    expect(starts.map(({ incarnation }) => incarnation)).toEqual([
      1_700_000_000, 1_700_000_001, 1_700_000_002,
    ]);
  });

  it.each([
    ["7\n", 8],
    ["", 1_700_000_000],
    ["-3", 1_700_000_000],
    ["9".repeat(30), 1_700_000_000],
  ])("after a kept %j is %i", async (text, expected) => {
    const where = place();
    writeFileSync(join(where.stateDirectory, "node-incarnation"), text);
    expect((await identity(where)).incarnation).toBe(expected);
  });
});

describe("what is kept", () => {
  it("is two files for the agent alone, and nothing beside", async () => {
    const where = place();
    const { uuid, incarnation } = await identity(where);
    expect(readdirSync(where.stateDirectory).sort()).toEqual(["node-incarnation", "node-uuid"]);
    expect(readFileSync(join(where.stateDirectory, "node-uuid"), "utf8")).toBe(`${uuid}\nhost1\n`);
    expect(readFileSync(join(where.stateDirectory, "node-incarnation"), "utf8")).toBe(`${incarnation}\n`);
    for (const name of readdirSync(where.stateDirectory))
      expect(statSync(join(where.stateDirectory, name)).mode & 0o777).toBe(0o600);
  });

  it("is told not to be kept where the disk takes nothing, and holds all the same", async () => {
    const reasons: string[] = [];
    const where = { ...place(), stateDirectory: "/proc/none" };
    const { uuid } = await identity(
      where,
      "host1",
      (_line, facts) => void reasons.push(String(facts?.["reason"])),
    );
    expect(uuid).toMatch(/^[0-9a-f]{40}$/);
    expect(reasons).toHaveLength(2);
  });
});

function info(address: string): NetworkInterfaceInfo {
  const common = { address, netmask: "", mac: "", internal: address.startsWith("127."), cidr: null };
  return address.includes(":") ? { ...common, family: "IPv6", scopeid: 0 } : { ...common, family: "IPv4" };
}

const interfacesOf = (named: Readonly<Record<string, readonly string[]>>) =>
  Object.fromEntries(Object.entries(named).map(([name, addresses]) => [name, addresses.map(info)]));

describe("local address", () => {
  it.each([
    [{ lo: ["127.0.0.1"], eth0: ["10.0.0.5"], eth1: ["172.16.0.5"], eth2: ["192.168.1.5"] }, "192.168.1.5"],
    [{ lo: ["127.0.0.1"], eth0: ["10.0.0.5"], eth1: ["172.16.0.5"] }, "172.16.0.5"],
    [{ eth0: ["8.8.4.4"], eth1: ["10.0.0.5"] }, "10.0.0.5"],
    [{ lo: ["127.0.0.1", "127.0.1.1"], eth0: ["8.8.4.4"] }, "8.8.4.4"],
    [{ lo: ["127.0.0.1", "127.0.1.1"], eth0: ["169.254.7.7"] }, "127.0.1.1"],
    [{ lo: ["127.0.0.1"], eth0: ["169.254.7.7", "fe80::1"] }, undefined],
    [{ lo: ["::1"], eth0: ["fe80::1", "2001:db8::7"] }, "2001:db8::7"],
    [{ eth0: ["10.0.0.5"], docker0: ["172.17.0.1"], virbr0: ["192.168.122.1"] }, "10.0.0.5"],
    [{ docker0: ["172.17.0.1"] }, "172.17.0.1"],
    [{ eth0: ["10.0.0.5", "10.0.0.6"] }, "10.0.0.5"],
    [{}, undefined],
  ])("of %j is %s", (named, expected) => expect(localAddressOf(interfacesOf(named))).toBe(expected));

  const two = interfacesOf({ lo: ["127.0.0.1"], eth0: ["10.0.0.5"], eth1: ["192.168.1.5"] });
  it.each([
    [["10.0.0.5"], "10.0.0.5"],
    [["127.0.0.1", "10.0.0.5"], "10.0.0.5"],
    [["127.0.1.1"], "192.168.1.5"],
    [["203.0.113.9"], "192.168.1.5"],
  ])("of a host whose name has %j is %s", (own, expected) => expect(localAddressOf(two, own)).toBe(expected));

  it("is the one of the host's name in its own list", async () => {
    const where = place({ "etc/hosts": "127.0.0.1 localhost\n10.0.0.5\thost1.example.org HOST1 # me\n" });
    const found = await readNodeIdentity({
      ...where,
      hostname: "host1",
      now: Date.now,
      interfaces: () => two,
      log: { error: () => {} },
    });
    expect(found.localAddress).toBe("10.0.0.5");
  });

  it("is one of this host's, and none of the refused", () => {
    const address = fc.oneof(
      fc.ipV4(),
      fc.ipV6(),
      fc.constantFrom("127.0.0.1", "127.0.1.1", "169.254.1.1", "::1"),
    );
    fc.assert(
      fc.property(fc.array(address, { maxLength: 6 }), fc.array(address), (all, own) => {
        const found = localAddressOf(interfacesOf({ eth0: all }), own);
        if (found === undefined) return;
        expect(all).toContain(found);
        expect(found).not.toMatch(/^(127\.0\.0\.|169\.254\.|::1$)/);
      }),
    );
  });
});

it.each([
  ["127.0.0.1 localhost", "host1", []],
  ["10.0.0.1 a host1\n::1 host1", "host1", ["10.0.0.1", "::1"]],
  ["# 10.0.0.1 host1", "host1", []],
  ["10.0.0.1 host10", "host1", []],
  ["", "", []],
])("addresses in %j of %s are %j", (text, name, expected) =>
  expect(addressesInHosts(text, name)).toEqual(expected),
);

describe("configuration", () => {
  it("has defaults for all", () =>
    expect(nodeConfig.parse({})).toEqual({ display_name: "", groups: [], zone: "" }));

  it.each([
    { uuid: "abc" },
    { uuid: "A".repeat(40) },
    { address: "host1" },
    { groups: [""] },
    { zones: "x" },
  ])("refuses %j", (config) => expect(nodeConfig.safeParse(config).success).toBe(false));
});
