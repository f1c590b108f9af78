// What the answer of a service means for a notice, and which addresses are taken.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { sharedCertificate } from "../../../test/support/agent.ts";
import { startServer } from "../../../test/support/https-stub.ts";
import { startHttp } from "../../../test/support/slack/slack-stand-in.ts";
import { directoryOfTest } from "../../../test/support/temporary.ts";
import { Refused, TryLater } from "../handler.ts";
import { faultOf, httpUrl, isHttpUrl, post } from "./http-post.ts";

const nowMs = Date.parse("2026-01-01T00:00:00Z");

function faultOfAnswer(status: number, headers: Record<string, string> = {}, body = "") {
  return faultOf({ status, headers, body: Buffer.from(body) } as Parameters<typeof faultOf>[0], nowMs);
}

describe("an answer", () => {
  it.each([200, 204, 299])("of the status %i is a success", (status) => {
    expect(faultOfAnswer(status, { "retry-after": "5" }, "all well")).toBeUndefined();
  });

  it.each([408, 425, 429, 500, 503, 599])("of the status %i means later", (status) => {
    expect(faultOfAnswer(status)).toBeInstanceOf(TryLater);
  });

  it.each([199, 300, 304, 400, 404, 407, 409, 499])("of the status %i means never", (status) => {
    expect(faultOfAnswer(status)).toBeInstanceOf(Refused);
  });

  it("is shown on one line, with what it said", () => {
    expect(faultOfAnswer(404)?.message).toBe("status 404");
    expect(faultOfAnswer(404, {}, " no\r\nsuch hook ")?.message).toBe("status 404: no such hook");
    expect(faultOfAnswer(500, {}, "busy")?.message).toBe("status 500: busy");
  });

  it("that leads elsewhere is not followed, and says where to", () => {
    const headers = { location: "https://other.example/\u001b" };
    const message = "status 302: it leads to https://other.example/, which is not followed";
    expect(faultOfAnswer(302, headers, "moved")?.message).toBe(message);
    expect(faultOfAnswer(302, {}, "moved")?.message).toBe("status 302: moved");
    expect(faultOfAnswer(400, headers, "wrong")?.message).toBe("status 400: wrong");
  });

  it.each([
    [undefined, undefined],
    ["0", 0],
    ["90", 90_000],
    ["3600", 3_600_000],
    ["99999", 3_600_000],
    ["Thu, 01 Jan 2026 00:01:00 GMT", 60_000],
    ["Wed, 31 Dec 2025 23:00:00 GMT", 0],
    ["soon", undefined],
    ["-5 apples", undefined],
  ])("that asks for %j is waited for during %j ms", (text, expected) => {
    const fault = faultOfAnswer(503, text === undefined ? {} : { "retry-after": text });
    expect((fault as TryLater).afterMs).toBe(expected);
  });
});

it.each([
  ["http://a.example/x", true],
  ["https://a.example:8443/?y=1", true],
  ["ftp://a.example/", false],
  ["https://user@a.example/", false],
  ["https://:password@a.example/", false],
  ["a.example", false],
  ["", false],
])("the address %j is one: %j", (text, expected) => {
  expect([isHttpUrl(text), httpUrl().safeParse(text).success]).toEqual([expected, expected]);
});

it("a request is a POST of the body, with the given headers", async () => {
  const server = await startHttp(() => ({}));
  const request = { url: new URL(server.url), headers: { "x-a": "1" }, body: '{"a":1}', ca: undefined };
  expect((await post(request, AbortSignal.timeout(5000))).status).toBe(200);
  expect(server.asked[0]).toMatchObject({
    ...{ method: "POST", json: { a: 1 } },
    headers: { "user-agent": "yagura", "x-a": "1" },
  });
});

describe("over TLS", () => {
  const started = async () => {
    const { certificate, key } = await sharedCertificate();
    const server = await startServer({ tls: { cert: certificate, key } });
    onTestFinished(() => server.stop());
    const ca = join(directoryOfTest(), "ca.pem");
    writeFileSync(ca, certificate, { mode: 0o600 });
    const request = { url: new URL(`https://127.0.0.1:${server.port}/`), headers: {}, body: "secret" };
    return { server, request, ca };
  };

  it("nothing is told to a service whose certificate nobody vouches for", async () => {
    const { server, request, ca } = await started();
    server.reply({ status: 200, body: "" });
    await expect(post({ ...request, ca: undefined }, AbortSignal.timeout(5000))).rejects.toThrow(
      /certificate/,
    );
    expect(server.asked).toEqual([]);
    expect((await post({ ...request, ca }, AbortSignal.timeout(5000))).status).toBe(200);
  });

  it("an answer may be long, and not longer than 256 KiB", async () => {
    const { server, request, ca } = await started();
    for (const [length, isTaken] of [
      [262_144, true],
      [262_145, false],
    ] as const) {
      server.reply({ status: 200, body: "x".repeat(length) });
      const asking = post({ ...request, ca }, AbortSignal.timeout(5000));
      expect((await Promise.allSettled([asking]))[0]?.status).toBe(isTaken ? "fulfilled" : "rejected");
    }
  });
});
