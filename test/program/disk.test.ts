// Disks as they are at three in the morning: full, and read-only. Checks go on, and what cannot be kept is said.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { send, sharedCertificate } from "../support/agent.ts";
import { answering, freePort, type Started, start } from "../support/program.ts";
import { directoryOfTest } from "../support/temporary.ts";

/** Mounts of one's own need root, or a user namespace; a machine without either says so in the name of the test. */
const ownMounts = (() => {
  for (const words of [
    ["unshare", "--mount"],
    ["unshare", "--map-root-user", "--mount"],
  ]) {
    try {
      execFileSync(words[0] ?? "", [...words.slice(1), "mount", "-t", "tmpfs", "tmpfs", "/mnt"], {
        stdio: "ignore",
      });
      return words;
    } catch {}
  }
  return undefined;
})();
const when = (what: string) =>
  ownMounts === undefined ? `${what} (left out: no mounts of one's own here)` : what;

interface Running {
  readonly port: number;
  readonly daemon: Started;
}

/** The agent with its home on a file system of its own, which `mount` makes. */
async function agentOn(mount: string, config = ""): Promise<Running> {
  const top = directoryOfTest();
  const home = join(top, "home");
  mkdirSync(home);
  const port = await freePort();
  const { certificate, key } = await sharedCertificate();
  const pair = { certificate: join(top, "server.pem"), key: join(top, "server.key") };
  writeFileSync(pair.certificate, certificate);
  writeFileSync(pair.key, key, { mode: 0o600 });
  const file = join(top, "yagura.yaml");
  writeFileSync(
    file,
    `api: { listen: "127.0.0.1:${port}", tls: { certificate: ${pair.certificate}, key: ${pair.key} } }\n${config}\n`,
  );
  const within = [...(ownMounts ?? []), "sh", "-c", `${mount.replaceAll("HOME", home)} && exec "$@"`, "sh"];
  const daemon = start(["daemon", "--config", file, "--home", home], { within });
  await answering(port, daemon);
  return { port, daemon };
}

const check = (port: number) =>
  send(port, {
    method: "POST",
    path: "/monitor",
    body: { plugin_name: "check_host_load", plugin_option: "-w 900 -c 900" },
  });

/** About as many bytes on disk as there are in the values: nothing in them repeats. */
const append = (port: number) => {
  const values = Array.from({ length: 1999 }, (_, number) => [`m${number}`, Math.random()]);
  const metric_data = [{ hostname: "h", timestamp: 1, metrics: Object.fromEntries(values) }];
  return send(port, { method: "POST", path: "/metric/append", body: { metric_data } });
};

it.skipIf(ownMounts === undefined)(
  when("a full disk: what was acknowledged stays, the rest is refused"),
  async () => {
    const { port } = await agentOn(
      "mount -t tmpfs -o size=2m,mode=700 tmpfs HOME",
      "store: { journal: { min_free: 0B, max_size: 64MiB } }\nlog: { level: error }",
    );
    let kept = 0;
    let refusal: Awaited<ReturnType<typeof append>> | undefined;
    for (let round = 0; round < 300 && refusal === undefined; round += 1) {
      const reply = await append(port);
      if (reply.status === 200) kept += 1;
      else refusal = reply;
    }
    expect(refusal).toMatchObject({
      status: 500,
      json: { status: "error", message: expect.stringMatching(/ENOSPC|no space/i) },
    });
    expect((await check(port)).status).toBe(200);
    const taken = async () => {
      const reply = await send(port, { method: "POST", path: "/metric", body: {} });
      return ((reply.json as { metric_data: unknown[] | null }).metric_data ?? []).length;
    };
    let found = 0;
    for (let count = await taken(); count > 0; count = await taken()) found += count;
    expect(found).toBe(kept);
    // What has been read is let go of, and there is room again.
    await expect.poll(async () => (await append(port)).status, { timeout: 5000 }).toBe(200);
  },
);

it.skipIf(ownMounts === undefined)(
  when("a read-only state directory: checks are answered, metrics are refused"),
  async () => {
    const { port, daemon } = await agentOn("mount --bind HOME HOME && mount -o remount,ro,bind HOME");
    const reply = await check(port);
    expect([reply.status, (reply.json as { return_value: number }).return_value]).toEqual([200, 0]);
    expect(await append(port)).toMatchObject({ status: 500, json: { status: "error" } });
    const status = (await send(port, { method: "GET", path: "/status" })).json as Record<
      string,
      Record<string, string>
    >;
    expect(status["leveldb_properties"]?.["journal.state"]).toMatch(/EROFS|read-only/i);
    daemon.child.kill("SIGTERM");
    const { exit, stdout } = await daemon.finished;
    expect(exit).toBe(0);
    expect(stdout).toContain("metrics are not kept");
  },
);
