// Files that the running agent reads and writes: another user's is not taken, and what is no file holds nobody up.
import { execFileSync } from "node:child_process";
import { chownSync, lchownSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { HopPool } from "../src/api/proxy/hop-pool.ts";
import { post } from "../src/handlers/telling/http-post.ts";
import { createTemplates, findByPath } from "../src/handlers/templates/template-files.ts";
import { readTypes } from "../src/inputs/collectd/types-files.ts";
import { watchUsersFile } from "../src/inputs/collectd/users-file.ts";
import { createMetricPlanFile } from "../src/inputs/metric-programs/metric-plan-file.ts";
import { readTypes as readTypesToSend } from "../src/outputs/writers/collectd/types-files.ts";
import { RotatedFile } from "../src/outputs/writers/file/rotated-file.ts";
import { loadCertificate } from "../src/transports/certificate.ts";
import { sharedCertificate } from "./support/agent.ts";
import { testContext } from "./support/context.ts";
import { directoryOfTest } from "./support/temporary.ts";

const mallory = 12_346;
const signal = () => AbortSignal.timeout(20_000);

interface Reader {
  readonly what: string;
  readonly text: string;
  readonly take: (path: string) => unknown;
  /** It defines names and gives no orders: another user's may be taken. */
  readonly harmless?: boolean;
}

const pem = (await sharedCertificate()).certificate;
const keyed = async (path: string, role: "certificate" | "key" | "clientCa" | "clientCrl") => {
  const made = await sharedCertificate();
  const directory = directoryOfTest();
  const files = { certificate: join(directory, "c.pem"), key: join(directory, "k.pem") };
  writeFileSync(files.certificate, made.certificate);
  writeFileSync(files.key, made.key, { mode: 0o600 });
  return loadCertificate({ ...files, [role]: path });
};

const readers: readonly Reader[] = [
  {
    what: "metrics.yaml",
    text: "metrics: []\n",
    take: async (path) => await createMetricPlanFile(path).read(),
  },
  {
    what: "users of collectd",
    text: "user: password\n",
    take: async (path) => await (await watchUsersFile(path, testContext())).stop(),
  },
  {
    what: "types.db, incoming",
    text: "load v:GAUGE:0:U\n",
    take: (path) => readTypes([path], testContext().log),
    harmless: true,
  },
  {
    what: "types.db, outgoing",
    text: "load v:GAUGE:0:U\n",
    take: (path) => readTypesToSend([path]),
    harmless: true,
  },
  {
    what: "template",
    text: "hello",
    take: (path) => createTemplates(findByPath([dirname(path)]))("file", {}),
  },
  { what: "certificate", text: pem, take: async (path) => await keyed(path, "certificate") },
  { what: "key", text: (await sharedCertificate()).key, take: async (path) => await keyed(path, "key") },
  { what: "authority of callers", text: pem, take: async (path) => await keyed(path, "clientCa") },
  { what: "revocation list", text: pem, take: async (path) => await keyed(path, "clientCrl") },
  {
    what: "authority of a hop",
    text: pem,
    take: (path) => {
      const hops = [{ match: ["a.example"], ca: path, pin: undefined, token: undefined }];
      new HopPool({ hops, verify: false }).close();
    },
  },
];

/** The reader's own refusal, whether it throws at once or later. */
async function refusalOf(take: Reader["take"], path: string): Promise<string> {
  try {
    await take(path);
    return "";
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  }
}

describe.runIf(process.getuid?.() === 0).each(readers)("$what", ({ text, take, harmless }) => {
  const fileOfTest = () => {
    const path = join(directoryOfTest(), "file");
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };

  it("is taken when it is ours, and not when another user could change it", async () => {
    const path = fileOfTest();
    expect(await refusalOf(take, path)).toBe("");
    chownSync(path, mallory, mallory);
    const refusal = await refusalOf(take, path);
    if (harmless === true) expect(refusal).toBe("");
    else expect(refusal).toContain(`${path} belongs to the user ${mallory}; run: chown root: ${path}`);
  });

  it("is refused at once when it is a pipe, a device, or made up by the kernel", async () => {
    const path = fileOfTest();
    rmSync(path);
    execFileSync("mkfifo", [path]);
    expect(await refusalOf(take, path)).not.toBe("");
    for (const target of ["/dev/zero", "/proc/kmsg"]) {
      rmSync(path);
      symlinkSync(target, path);
      expect(await refusalOf(take, path)).not.toBe("");
    }
  });
});

it.runIf(process.getuid?.() === 0)("the authority of a webhook's server is not another user's", async () => {
  const ca = join(directoryOfTest(), "ca.pem");
  writeFileSync(ca, pem);
  chownSync(ca, mallory, mallory);
  const request = { url: new URL("https://127.0.0.1:1/"), headers: {}, body: "", ca };
  await expect(post(request, signal())).rejects.toThrow(`run: chown root: ${ca}`);
});

describe.runIf(process.getuid?.() === 0)("nothing is written through what another user planted", () => {
  it("by the output `file`, by a new plan of metrics", async () => {
    const above = directoryOfTest();
    const target = directoryOfTest();
    const link = join(above, "link");
    symlinkSync(target, link);
    lchownSync(link, mallory, mallory);
    chownSync(above, mallory, mallory);
    const path = join(link, "file");
    const rotated = new RotatedFile({ path, limitBytes: 1000, keep: 1 });
    await expect(rotated.append(Buffer.from("x\n"))).rejects.toThrow(`${above} belongs to the user`);
    await expect(createMetricPlanFile(path).replace([])).rejects.toThrow(`${above} belongs to the user`);
    expect(execFileSync("ls", ["-A", target]).toString()).toBe("");
  });
});
