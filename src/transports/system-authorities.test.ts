// A server whose authority stands in the system's store is believed, one of another is not, and the store may change.
import { writeFileSync } from "node:fs";
import { Agent } from "node:https";
import { join } from "node:path";
import { rootCertificates } from "node:tls";
import { expect, it, onTestFinished } from "vitest";
import { makeCertificate } from "../../test/support/cli.ts";
import { startServer } from "../../test/support/https-stub.ts";
import { directoryOfTest } from "../../test/support/temporary.ts";
import { httpRequest, type OwnIdentity } from "./http-client.ts";
import { createSystemAuthorities } from "./system-authorities.ts";

async function serverOfTest() {
  const directory = directoryOfTest();
  const certificate = makeCertificate(directory);
  const server = await startServer({ tls: certificate });
  onTestFinished(() => server.stop());
  server.reply({ status: 200, body: "ok" });
  const store = join(directory, "store.crt");
  const authorities = createSystemAuthorities([join(directory, "missing"), store]);
  const url = new URL(`https://localhost:${server.port}/`);
  const ask = async (identity?: OwnIdentity) => {
    const trust = { verify: true, authorities };
    // A connection that is kept, or a session that is taken up again, shows no certificate.
    const agent = new Agent({ maxCachedSessions: 0 });
    const request = { method: "GET", url, answerLimitBytes: 100, trust, identity, agent } as const;
    return await httpRequest(request).then(
      ({ body }) => body.toString(),
      ({ message }: Error) => message,
    );
  };
  return { ask, authorities, certificate, store };
}

it("believes whom the store names, and sees that it changes", async () => {
  const { ask, certificate, store } = await serverOfTest();
  expect(await ask()).toMatch(/self-signed/);
  writeFileSync(store, `# others\n${rootCertificates[0]}\n${certificate.cert}`);
  expect(await ask()).toBe("ok");
  expect(await ask({ cert: certificate.cert, key: certificate.key })).toBe("ok");
  writeFileSync(store, `${rootCertificates[0]}\n`);
  expect(await ask()).toMatch(/self-signed/);
});

it("shares what it has read until then", async () => {
  const { authorities, certificate, store } = await serverOfTest();
  writeFileSync(store, certificate.cert);
  const context = authorities.context();
  expect(authorities.context()).toBe(context);
  expect(authorities.context(certificate)).toBe(authorities.context(certificate));
  expect(authorities.context()).toBe(context);
  writeFileSync(store, `${certificate.cert}\n\n`);
  expect(authorities.context()).not.toBe(context);
});
