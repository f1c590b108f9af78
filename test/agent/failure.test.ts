// A fault of the program itself, made by handing a route a need that breaks.
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { BodyRoom } from "../../src/api/body-room.ts";
import { exchange } from "../../src/api/exchange.ts";
import { Gatekeeper } from "../../src/api/gatekeeper.ts";
import { accessConfig, apiModule } from "../../src/api/index.ts";
import { defineRoute } from "../../src/api/route.ts";
import { createRouter } from "../../src/api/router.ts";
import { createTally } from "../../src/api/tally.ts";
import { testContext } from "../support/context.ts";

const broken = defineRoute({
  method: "GET",
  path: "/broken",
  summary: "Breaks.",
  role: undefined,
  answers: { 200: { description: "Never." } },
  handle: () => {
    throw new TypeError("somebody's mistake");
  },
});

it("is a 500 that tells the caller nothing and the log everything", async () => {
  const context = testContext();
  const needs = {
    log: context.log,
    gatekeeper: new Gatekeeper(
      { api: apiModule.config.parse({}), access: accessConfig.parse({}) },
      {
        ...context,
        peers: { meet: () => "socket", standingOf: () => "socket" },
        ownNames: { has: () => true },
      },
    ),
    findRoute: createRouter([broken]),
    routeNeeds: {},
    bodyLimitBytes: 100,
    pace: context.pace,
    bodyRoom: new BodyRoom(),
    signal: context.signal,
    stopping: () => false,
    upgrader: () => Promise.reject(new Error("nobody asks")),
    showUrl: (url: string) => url,
    tally: createTally(context, undefined),
  };
  const server = createServer((incoming, response) => void exchange(incoming, response, needs));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const status = await new Promise((resolve) =>
    request({ port, path: "/broken", agent: false }, (answer) => {
      let text = "";
      answer.on("data", (chunk) => (text += String(chunk)));
      answer.on("end", () => resolve([answer.statusCode, text]));
    }).end(),
  );
  expect(status).toEqual([500, "internal error\n"]);
  expect(context.lines.join("")).toMatch(/\[error\].*internal error.*somebody's mistake.*failure\.test\.ts/);
});
