// Whom a caller may have asked: by address and by name, as the operator lists them.
import { describe, expect, it } from "vitest";
import { HostNames } from "../../transports/host-names.ts";
import { matchesHostName, refusalOf, TargetPolicy } from "./target-policy.ts";

const refused = (reason: string) =>
  expect.objectContaining({ code: "proxy.target", message: expect.stringContaining(reason) });

/** A name that is known has these addresses. */
const known = (...addresses: string[]) =>
  new HostNames(async (name) => {
    if (!name.endsWith(".example")) throw Object.assign(new Error("no such name"), { code: "ENOTFOUND" });
    return addresses.map((address) => ({ address, family: 4 }));
  });

it.each([
  ["0.0.0.1", "1.0.0.1"],
  ["127.255.255.255", "128.0.0.1"],
  ["169.254.0.1", "169.253.0.1"],
  ["100.100.100.200", "100.100.100.201"],
  ["192.0.0.192", "192.0.0.193"],
  ["224.0.0.1", "223.255.255.255"],
  ["239.255.255.255", "240.0.0.1"],
  ["255.255.255.255", "255.255.255.254"],
  ["::", "::2:0:0"],
  ["::1", "1::1"],
  ["febf::1", "fec0::1"],
  ["ff02::1", "fe00::1"],
  ["fd00:ec2::254", "fd00:ec2::253"],
  ["::ffff:127.0.0.1", "::ffff:128.0.0.1"],
  ["::127.0.0.1", "::128.0.0.1"],
  ["::ffff:0:127.0.0.1", "::ffff:0:128.0.0.1"],
  ["64:ff9b::127.0.0.1", "64:ff9b::128.0.0.1"],
  ["64:ff9b:1:2::127.0.0.1", "64:ff9b:2::127.0.0.1"],
  ["2002:7f00:1::8", "2002:8000:1::8"],
])("%s is nobody's to be asked, and %s is", (own, other) => {
  expect(refusalOf(own)).toContain("loopback, link-local or metadata");
  expect(refusalOf(other)).toBeUndefined();
});

describe("a list of targets", () => {
  const policy = new TargetPolicy(["10.20.0.0/16", "web.example", "*.shop.example"], known("192.0.2.1"));

  it("has the addresses in it, and names are not judged before they are looked up", () => {
    for (const host of ["10.20.1.1", "web.example", "other.example"])
      expect(() => policy.checkHost(host)).not.toThrow();
    expect(() => policy.checkHost("10.21.1.1")).toThrow(refused("not among api.proxy.targets"));
  });

  it.each([
    ["web.example", "192.0.2.1", undefined],
    ["WEB.example", "127.0.0.1", undefined],
    ["a.shop.example", "192.0.2.1", undefined],
    ["shop.example", "192.0.2.1", "not among api.proxy.targets"],
    ["other.example", "10.20.1.1", undefined],
    ["other.example", "192.0.2.1", "not among api.proxy.targets"],
  ])("judges what %s was connected to, %s: %s", (host, address, reason) => {
    const fault = policy.connectionCheck(host)(address);
    if (reason === undefined) expect(fault).toBeUndefined();
    else expect(fault).toEqual(refused(reason));
    const looked = policy.naming.refuse?.(host, [{ address, family: 4 }]);
    if (reason === undefined) expect(looked).toBeUndefined();
    else expect(looked).toEqual(refused(reason));
  });

  it.each([
    ["10.20.1.1", "10.20.1.1"],
    ["web.example", "192.0.2.1"],
    ["web.example.", "192.0.2.1"],
  ])("resolves %s to %s", async (text, address) => {
    expect(await policy.resolve(text)).toBe(address);
  });

  it.each([
    ["other.example", "not among api.proxy.targets"],
    ["10.21.1.1", "not among api.proxy.targets"],
    ["2001:db8::1", "2001:db8::1 is not among api.proxy.targets"],
    ["a b", "it names no host"],
    ["nowhere.invalid", "it has no address"],
  ])("resolves %s to nothing: %s", async (text, reason) => {
    await expect(policy.resolve(text)).rejects.toEqual(refused(reason));
  });

  it("of names alone, or of addresses alone, is a list all the same", async () => {
    const reason = refused("not among api.proxy.targets");
    const names = known("192.0.2.1");
    await expect(new TargetPolicy(["web.example"], names).resolve("192.0.2.1")).rejects.toEqual(reason);
    await expect(new TargetPolicy(["10.0.0.1"], names).resolve("web.example")).rejects.toEqual(reason);
  });
});

it("without a list every host may be asked but this one", async () => {
  const policy = new TargetPolicy([], known("192.0.2.1"));
  expect(await policy.resolve("web.example")).toBe("192.0.2.1");
  expect(await policy.resolve("2001:db8::1")).toBe("2001:db8::1");
  await expect(policy.resolve("::1")).rejects.toEqual(refused("loopback"));
  expect(() => policy.checkHost("127.0.0.1")).toThrow(refused("loopback"));
  expect(policy.naming.ofCaller).toBe(true);
});

it("says that too many names are asked for, and not that the host has no address", async () => {
  const names = new HostNames(() => new Promise(() => {}));
  const policy = new TargetPolicy([], names);
  for (let place = 0; place < 100; place += 1)
    try {
      names.ask({ name: `${place}.example`, ofCaller: true }, () => {});
    } catch {
      break;
    }
  await expect(policy.resolve("web.example")).rejects.toMatchObject({ code: "names.full" });
});

it.each([
  ["web.example", "web.example", true],
  ["Web.example", "wEB.example", true],
  ["web.example", "a.web.example", false],
  ["*.example", "web.example", true],
  ["*.EXAMPLE", "a.b.example", true],
  ["*.example", "example", false],
  ["*.example", "badexample", false],
])("the rule %s for %s: %s", (rule, host, matches) => {
  expect(matchesHostName(rule, host)).toBe(matches);
});
