// A whole exchange over TLS through a proxy, the certificate checked by the name that was meant.
import { connect } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { makeCertificate } from "../../test/support/cli.ts";
import { startServer } from "../../test/support/https-stub.ts";
import { directoryOfTest } from "../../test/support/temporary.ts";
import { httpRequest } from "../transports/http-client.ts";
import { tunnelAgent } from "./proxy-tunnel.ts";

async function throughProxy(host: string) {
  const certificate = makeCertificate(directoryOfTest());
  const target = await startServer({ tls: certificate });
  const proxy = await startServer();
  onTestFinished(async () => {
    await target.stop();
    await proxy.stop();
  });
  proxy.server.on("connect", (_request, socket) => {
    socket.write("HTTP/1.1 200 OK\r\n\r\n");
    const through = connect(target.port, "127.0.0.1");
    socket.pipe(through).pipe(socket);
    for (const end of [socket, through]) end.on("error", () => {});
  });
  target.reply({ status: 200, body: "through" });
  return httpRequest({
    method: "POST",
    url: new URL(`https://${host}/manage/add`),
    headers: { connection: "close" },
    body: "{}",
    timeoutMs: 10_000,
    answerLimitBytes: 1000,
    trust: { verify: true, ca: certificate.cert },
    agent: tunnelAgent(new URL(`http://127.0.0.1:${proxy.port}`)),
  });
}

it.each(["manage.example", "manage.example:8443", "127.0.0.1"])("reaches %s", async (host) => {
  const { status, body } = await throughProxy(host);
  expect([status, body.toString()]).toEqual([200, "through"]);
});

it("refuses a certificate for another name", async () => {
  await expect(throughProxy("other.example")).rejects.toThrow(/does not match certificate's altnames/);
});
