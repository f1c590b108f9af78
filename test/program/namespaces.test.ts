// Hosts behind a bastion as they are in the field: hosts of their own that only the bastion can reach.
//
//     monitoring server ──10.99.1.0/30── bastion ──10.99.2.0/30── edge
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { run, type Started, start } from "../support/program.ts";
import { temporaryDirectory } from "../support/temporary.ts";

const tag = `yg${process.pid % 100_000}`;
const names = { server: `${tag}s`, bastion: `${tag}b`, edge: `${tag}e` };
const ip = (...args: string[]) => execFileSync("ip", args, { stdio: "pipe" }).toString();
const homes = { bastion: temporaryDirectory(), edge: temporaryDirectory() };

/** Network namespaces need root; a machine without them says so in the name of the test that is left out. */
const possible = (() => {
  try {
    ip("netns", "add", names.server);
    return true;
  } catch {
    return false;
  }
})();

function connectHosts(one: string, other: string, network: string): void {
  const [near, far] = [`${tag}${network.at(-1)}0`, `${tag}${network.at(-1)}1`];
  ip("link", "add", near, "netns", one, "type", "veth", "peer", "name", far, "netns", other);
  for (const [host, device, address] of [
    [one, near, `${network}.1/30`],
    [other, far, `${network}.2/30`],
  ] as const) {
    ip("-n", host, "addr", "add", address, "dev", device);
    ip("-n", host, "link", "set", device, "up");
    ip("-n", host, "link", "set", "lo", "up");
  }
}

beforeAll(() => {
  if (!possible) return;
  ip("netns", "add", names.bastion);
  ip("netns", "add", names.edge);
  connectHosts(names.server, names.bastion, "10.99.1");
  connectHosts(names.bastion, names.edge, "10.99.2");
  writeFileSync(
    join(homes.bastion.path, "yagura.yaml"),
    "api: { allow: [10.99.1.1], proxy: { targets: [10.99.2.0/30] } }\n",
  );
  writeFileSync(join(homes.edge.path, "yagura.yaml"), "api: { allow: [10.99.2.1] }\n");
});

afterAll(() => {
  for (const name of possible ? Object.values(names) : [])
    execFileSync("ip", ["netns", "del", name], { stdio: "ignore" });
  homes.bastion.release();
  homes.edge.release();
});

const within = (host: keyof typeof names) => ["ip", "netns", "exec", names[host]];

async function agentOn(host: "bastion" | "edge"): Promise<Started> {
  const agent = start(["daemon", "--home", homes[host].path], { within: within(host) });
  for (let tries = 0; tries < 200; tries += 1) {
    const { exit } = await run(["status", "--home", homes[host].path]);
    if (exit === 0) return agent;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`no agent on ${host}`);
}

it.runIf(possible)("a check goes through the bastion and nowhere else", async () => {
  await agentOn("edge");
  await agentOn("bastion");
  const check = (host: string, ...more: string[]) =>
    run(["check", "-H", host, "-p", "check_host_load", "-o", "-w 900 -c 999", "-t", "5", ...more], {
      within: within("server"),
    });

  const through = await check("10.99.2.2", "-X", "10.99.1.2");
  expect(through).toMatchObject({ exit: 0, stdout: expect.stringMatching(/^LOAD OK/) });
  expect((await check("10.99.2.2")).exit).toBe(2);
  expect(await check("10.99.1.2")).toMatchObject({ exit: 0 });
  const toItself = await check("127.0.0.1", "-X", "10.99.1.2");
  expect(toItself).toMatchObject({ exit: 2, stdout: expect.stringContaining("returns 403") });
});
