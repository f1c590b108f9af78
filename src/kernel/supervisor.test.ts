import { expect, it } from "vitest";
import { testContext } from "../../test/support/context.ts";
import { fakeClock } from "../../test/support/fake-clock.ts";
import { AgentError } from "./errors.ts";
import { Supervisor } from "./supervisor.ts";

const part = (name: string, stopped: string[]) => ({
  stop: async () => {
    stopped.push(name);
  },
});

it("stops in reverse, once", async () => {
  const stopped: string[] = [];
  const supervisor = new Supervisor(testContext());
  for (const name of ["a", "b", "c"]) await supervisor.start(name, Promise.resolve(part(name, stopped)));
  await Promise.all([supervisor.stop(), supervisor.stop()]);
  expect(stopped).toEqual(["c", "b", "a"]);
});

it("takes down what stood when a start fails, and names what failed", async () => {
  const stopped: string[] = [];
  const supervisor = new Supervisor(testContext());
  await supervisor.start("a", Promise.resolve(part("a", stopped)));
  await expect(supervisor.start("b", Promise.reject(new Error("no")))).rejects.toMatchObject({
    code: "module.failed",
    message: "b did not start: no",
  });
  expect(stopped).toEqual(["a"]);
  const own = new AgentError("listen.taken", { address: "x" });
  await expect(new Supervisor(testContext()).start("c", Promise.reject(own))).rejects.toBe(own);
});

it("lets one that hangs and one that fails keep no other from stopping", async () => {
  const clock = fakeClock();
  const context = testContext();
  const stopped: string[] = [];
  const supervisor = new Supervisor({ ...context, clock });
  supervisor.adopt("first", part("first", stopped));
  supervisor.adopt("hangs", { stop: () => new Promise(() => {}) });
  supervisor.adopt("fails", { stop: () => Promise.reject(new Error("broken")) });
  const stopping = supervisor.stop();
  await clock.advance(11_000);
  await stopping;
  expect(stopped).toEqual(["first"]);
  expect(context.lines.join("")).toMatch(/fails.*broken[\s\S]*hangs did not stop within/);
});
