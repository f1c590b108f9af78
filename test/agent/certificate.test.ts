// The certificate over the life of an agent: made, refused, replaced.
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { connect, type TLSSocket } from "node:tls";
import { describe, expect, it } from "vitest";
import { agentOfTest, sharedCertificate } from "../support/agent.ts";
import { directoryOfTest } from "../support/temporary.ts";

async function filesOf(name: string): Promise<{ certificate: string; key: string }> {
  const directory = directoryOfTest();
  const made = await sharedCertificate(name);
  const files = { certificate: join(directory, "server.pem"), key: join(directory, "server.key") };
  writeFileSync(files.certificate, made.certificate);
  writeFileSync(files.key, made.key, { mode: 0o600 });
  return files;
}

function subjectAt(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket: TLSSocket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false }, () => {
      resolve(String(socket.getPeerCertificate().subject.CN));
      socket.destroy();
    });
    socket.once("error", reject);
  });
}

it("is made on first start, its key for the owner alone", async () => {
  const { home, fingerprint } = await agentOfTest();
  expect(statSync(join(home, "server.key")).mode & 0o777).toBe(0o600);
  expect(existsSync(join(home, "server.pem"))).toBe(true);
  expect(fingerprint).toMatch(/^[0-9a-f]{64}$/);
});

it("is taken up anew at a reload, for new connections, and a broken one is not", async () => {
  const tls = await filesOf("first.example");
  const agent = await agentOfTest({ api: { tls } });
  expect(await subjectAt(agent.port)).toBe("first.example");
  const second = await sharedCertificate("second.example");
  writeFileSync(tls.key, second.key);
  agent.reload();
  expect(await subjectAt(agent.port)).toBe("first.example");
  writeFileSync(tls.certificate, second.certificate);
  agent.reload();
  expect(await subjectAt(agent.port)).toBe("second.example");
  expect((await agent.get("/")).status).toBe(200);
});

it("is taken up without being asked when its files change", async () => {
  const tls = await filesOf("first.example");
  const agent = await agentOfTest({ api: { tls: { ...tls, reload_every: "50ms" } } });
  const second = await sharedCertificate("second.example");
  writeFileSync(tls.key, second.key);
  writeFileSync(tls.certificate, second.certificate);
  for (let tries = 0; (await subjectAt(agent.port)) !== "second.example"; tries += 1) {
    if (tries > 100) throw new Error("the new certificate was not taken up");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
});

describe("keeps the agent from starting", () => {
  it.each([
    [
      "a key that everybody reads",
      (files: { key: string }) => chmodSync(files.key, 0o644),
      "every user can read it",
    ],
    ["a key that is not there", (files: { key: string }) => (files.key += ".gone"), "no such file"],
    ["a key that is none", (files: { key: string }) => writeFileSync(files.key, "x"), "private key"],
    [
      "an encrypted key",
      (files: { key: string }) => writeFileSync(files.key, encrypted),
      "without a passphrase",
    ],
    [
      "a certificate that is none",
      (files: { certificate: string }) => writeFileSync(files.certificate, "x"),
      "cannot be used",
    ],
  ])("%s", async (_what, spoil, reason) => {
    const tls = { ...(await filesOf("first.example")) };
    spoil(tls);
    await expect(agentOfTest({ api: { tls } })).rejects.toThrow(reason);
  });

  it("a key of another certificate", async () => {
    const tls = await filesOf("first.example");
    writeFileSync(tls.key, (await sharedCertificate("second.example")).key);
    await expect(agentOfTest({ api: { tls } })).rejects.toMatchObject({ code: "tls.unusable" });
  });
});

it("is served after its end, and the log says so", async () => {
  const { createSelfSigned } = await import("../../src/transports/self-signed.ts");
  const old = await createSelfSigned({ commonName: "old.example", names: [], days: -1 / 48 });
  const tls = await filesOf("first.example");
  writeFileSync(tls.certificate, old.certificate);
  writeFileSync(tls.key, old.key);
  const file = join(directoryOfTest(), "agent.log");
  const agent = await agentOfTest({ api: { tls }, log: { level: "warning", file } });
  expect((await agent.get("/")).status).toBe(200);
  expect(readFileSync(file, "utf8")).toMatch(/\[error\] api: the certificate needs care .*it expired on/);
});

const encrypted = `-----BEGIN ENCRYPTED PRIVATE KEY-----
MIGjMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAg=
-----END ENCRYPTED PRIVATE KEY-----
`;
