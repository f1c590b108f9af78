// certificate create: what is written, with which modes, and what is never overwritten.
import { X509Certificate } from "node:crypto";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { makeCertificate, run } from "../../../test/support/cli.ts";
import { directoryOfTest } from "../../../test/support/temporary.ts";
import type { CertificateWish } from "../index.ts";

function prepare() {
  const made = makeCertificate(directoryOfTest());
  const wishes: CertificateWish[] = [];
  const createCertificate = async (wish: CertificateWish) => {
    wishes.push(wish);
    return { certificate: made.cert, key: made.key };
  };
  return { made, wishes, out: join(directoryOfTest(), "new", "tls"), createCertificate };
}

const modeOf = (path: string) => statSync(path).mode & 0o777;

it("writes both files and prints the fingerprint", async () => {
  const { made, wishes, out, createCertificate } = prepare();
  const names = ["--name", "web1.example", "--name", "10.0.0.5"];
  const ran = await run(["certificate", "create", "--out", out, ...names, "--days", "30"], {
    createCertificate,
  });
  expect(ran).toMatchObject({ exit: 0, stdout: `${made.fingerprint.replaceAll(":", "").toLowerCase()}\n` });
  expect(wishes).toEqual([{ commonName: "web1.example", names: ["web1.example", "10.0.0.5"], days: 30 }]);
  expect(new X509Certificate(readFileSync(join(out, "server.pem"))).fingerprint256).toBe(made.fingerprint);
  expect(readFileSync(join(out, "server.key"), "utf8")).toBe(made.key);
  expect([modeOf(join(out, "server.pem")), modeOf(join(out, "server.key"))]).toEqual([0o644, 0o600]);
});

it("is for this host and ten years unless told", async () => {
  const { wishes, out, createCertificate } = prepare();
  await run(["certificate", "create", "--out", out], { createCertificate });
  expect(wishes).toEqual([{ commonName: hostname(), names: [hostname()], days: 3650 }]);
});

it.each(["server.pem", "server.key"])("keeps a %s that is there, unless forced", async (file) => {
  const { made, wishes, createCertificate } = prepare();
  const out = directoryOfTest();
  writeFileSync(join(out, file), "precious", { mode: 0o666 });
  const refused = await run(["certificate", "create", "--out", out], { createCertificate });
  expect(refused).toMatchObject({ exit: 1, stdout: "" });
  expect(refused.stderr).toContain(`${join(out, file)} is there already; --force overwrites it`);
  expect({ wishes, kept: readFileSync(join(out, file), "utf8") }).toEqual({ wishes: [], kept: "precious" });
  const forced = await run(["certificate", "create", "--out", out, "--force"], { createCertificate });
  expect(forced.exit).toBe(0);
  expect(readFileSync(join(out, "server.key"), "utf8")).toBe(made.key);
  expect(modeOf(join(out, "server.key"))).toBe(0o600);
});

it("says why it cannot write", async () => {
  const { createCertificate } = prepare();
  const file = join(directoryOfTest(), "file");
  writeFileSync(file, "");
  const { exit, stderr } = await run(["certificate", "create", "--out", join(file, "x")], {
    createCertificate,
  });
  expect(exit).toBe(1);
  expect(stderr).toContain("ENOTDIR");
  expect(existsSync(join(file, "x"))).toBe(false);
});

it.each(["0", "-1", "36501"])("refuses %s days", async (days) => {
  const { exit } = await run(["certificate", "create", "--out", "/nonexistent", "--days", days]);
  expect(exit).toBe(2);
});
