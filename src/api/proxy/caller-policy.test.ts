// Being one hop further is no way round what a caller may do here.
import { describe, expect, it } from "vitest";
import { Callers } from "../access/callers.ts";
import { accessConfig } from "../access/config.ts";
import type { Role } from "../access/roles.ts";
import type { PermitNeeds } from "../permit-program.ts";
import { innerBody, requireRole } from "./caller-policy.ts";

/** A caller as the operator would set him up. */
function callerOf(settings: { roles: readonly Role[]; commands?: readonly string[] }) {
  const config = accessConfig.parse({ callers: [{ name: "ops", token: "t", ...settings }] });
  const shown = { address: "192.0.2.1", standing: "host", bearer: "t", certificate: undefined } as const;
  return new Callers(config, { monotonicMs: () => 0 }).identify(shown);
}

const roleOf = (path: string): Role | undefined => (path === "/status" ? "read" : undefined);
const denied = expect.objectContaining({ code: "access.role" });

describe("a path", () => {
  const [reader, operator] = [callerOf({ roles: ["read"] }), callerOf({ roles: ["operate"] })];

  it("asks for the role that it asks for here", () => {
    expect(() => requireRole(reader, "/status", roleOf)).not.toThrow();
    expect(() => requireRole(operator, "/status", roleOf)).toThrow(denied);
  });

  it.each(["/unknown", "/status/x"])("%s is for operators: nobody knows what it does", (path) => {
    expect(() => requireRole(reader, path, roleOf)).toThrow(denied);
    expect(() => requireRole(operator, path, roleOf)).not.toThrow();
  });

  it.each(["/proxy", "/proxy/"])("%s within a relay is for operators, whatever it asks for here", (path) => {
    expect(() => requireRole(reader, path, () => "read")).toThrow(denied);
    expect(() => requireRole(operator, path, () => "read")).not.toThrow();
    expect(() => requireRole(reader, `${path}x`, () => "read")).not.toThrow();
  });
});

describe("a program behind the bastion", () => {
  const needs: PermitNeeds = {
    judge: ({ name }) =>
      name === "check_load"
        ? { kind: "harmless" }
        : { kind: "connects", targets: ["web"], pin: (addressOf) => ["-H", addressOf("web"), "a b"] },
    resolveTarget: async () => "192.0.2.7",
  };
  const inside = async (caller: ReturnType<typeof callerOf>, path: string, body: unknown) => {
    const bytes = Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
    const handed = await innerBody(caller, path, bytes, needs);
    return handed === bytes ? "as it is" : (JSON.parse(handed.toString()) as unknown);
  };
  const judged = callerOf({ roles: ["check"] });
  const named = callerOf({ roles: ["check", "inventory"], commands: ["check_h*", "df"] });

  it("is anybody's who may run everything, and what runs none is handed on as it is", async () => {
    expect(await inside(callerOf({ roles: ["admin"] }), "/monitor", "no JSON")).toBe("as it is");
    expect(await inside(judged, "/write", "no JSON")).toBe("as it is");
  });

  it.each(["/monitor", "monitor/"])(
    "runs for %s as it was permitted, and nothing else is handed on",
    async (path) => {
      const harmless = { plugin_name: "check_load", plugin_option: "-w 'a b'", other: 1 };
      expect(await inside(judged, path, harmless)).toEqual({
        plugin_name: "check_load",
        plugin_option: "-w 'a b'",
      });
      // Connected to is what was looked at, whatever the name comes to there.
      expect(await inside(judged, path, { plugin_name: "check_http", plugin_option: "-H web" })).toEqual({
        plugin_name: "check_http",
        plugin_option: "-H 192.0.2.7 'a b'",
      });
      expect(await inside(named, path, { plugin_name: "check_http", plugin_option: "-x" })).toEqual({
        plugin_name: "check_http",
        plugin_option: "-x",
      });
      await expect(inside(named, path, { plugin_name: "check_load" })).rejects.toMatchObject({
        code: "access.program",
      });
    },
  );

  it("of the inventory runs where no list of commands says otherwise", async () => {
    const asked = { command: "df", command_option: "-h" };
    expect(await inside(named, "/inventory", asked)).toEqual(asked);
    expect(await inside(judged, "/inventory/", { command: "ls" })).toMatchObject({ command: "ls" });
    await expect(inside(named, "/inventory", { command: "ls" })).rejects.toThrow("inventory ls");
  });

  it("is refused where its request cannot be read here", async () => {
    await expect(inside(judged, "/monitor", "no JSON")).rejects.toMatchObject({ code: "body.not-json" });
  });
});
