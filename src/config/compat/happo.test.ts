import { describe, expect, it } from "vitest";
import { AgentError } from "../../kernel/errors.ts";
import { happoOverlays } from "./happo.ts";
import { happoDaemonFlags } from "./happo-flags.ts";

type Flags = Parameters<typeof happoOverlays>[0];

/** `{ "api.port": 1 }` of the overlays. */
function values(flags: Flags, environment: Record<string, string> = {}): Record<string, unknown> {
  return Object.fromEntries(happoOverlays(flags, environment).map((one) => [one.path.join("."), one.value]));
}

describe("happoOverlays", () => {
  it("says nothing when nothing was given", () => {
    expect(
      happoOverlays({ port: undefined }, { HAPPO_AGENT_PORT: "", HAPPO_AGENT_ALLOWED_HOSTS: "", HOME: "/" }),
    ).toEqual([]);
  });

  it.each<[string, string, string, unknown]>([
    ["port", "7000", "api.port", 7000],
    ["public-key", "a.pem", "api.tls.certificate", "a.pem"],
    ["private-key", "a.key", "api.tls.key", "a.key"],
    ["max-connections", "5", "api.max_connections", 5],
    ["command-timeout", "30", "programs.deadline", "30s"],
    ["command-timeout", "0", "programs.deadline", "0s"],
    ["command-timeout", "-1", "programs.deadline", "10s"],
    ["command-timeout", "-7", "programs.deadline", "10s"],
    ["logfile", "x.log", "log.file", "x.log"],
    ["dbfile", "x.db", "store.directory", "x.db"],
    ["machine-state-max-lifetime-seconds", "60", "store.machine_states.max_age", "60s"],
    ["proxy-timeout-seconds", "9", "api.proxy.deadline", "9s"],
    ["machine-state-max-lifetime-seconds", "-1", "store.machine_states.max_age", "100y"],
    ["metrics-max-lifetime-seconds", "-1", "store.journal.max_age", "100y"],
    ["proxy-timeout-seconds", "0", "api.proxy.deadline", "24d"],
    ["proxy-timeout-seconds", "-1", "api.proxy.deadline", "24d"],
    ["error-log-interval-seconds", "-1", "checks.machine_state.every", "off"],
    ["error-log-interval-seconds", "0", "checks.machine_state.every", "0s"],
    ["error-log-interval-seconds", "+30", "checks.machine_state.every", "30s"],
    ["nagios-plugin-paths", "/a, /b,,", "programs.paths", ["/a", "/b"]],
    ["allowed-hosts", "10.0.0.0/8, 127.0.0.1", "api.allow", ["10.0.0.0/8", "127.0.0.1"]],
    ["enable-requeststatus-middleware", "T", "api.request_counts", true],
    ["log-level", " DEBUG ", "log.level", "debug"],
    ["log-level", "info", "log.level", "info"],
    ["log-level", "warn", "log.level", "warning"],
    ["log-level", "Warning", "log.level", "warning"],
    ["log-level", "loud", "log.level", "warning"],
  ])("takes --%s %s and its variable for %s", (name, text, path, value) => {
    const env = happoDaemonFlags.find((flag) => flag.name === name)?.env ?? "";
    expect(happoOverlays({ [name]: text }, {})).toEqual([
      { path: path.split("."), value, origin: `--${name}` },
    ]);
    expect(happoOverlays({}, { [env]: text })).toEqual([{ path: path.split("."), value, origin: env }]);
  });

  it.each(["metric-config", "nagios-plugin-paths", "sensu-plugin-paths", "logfile", "dbfile", "public-key"])(
    "takes an empty --%s as none",
    (name) => {
      expect(happoOverlays({ [name]: "" }, {})).toEqual([]);
    },
  );

  it.each(["autoscaling-config", "cpu-profile"])("accepts --%s", (name) => {
    expect(happoOverlays({ [name]: "x" }, {})).toEqual([]);
  });

  it("takes the flags of metrics", () => {
    const flags = {
      "metric-config": "/etc/happo/metrics.yaml",
      "sensu-plugin-paths": "/a, /b",
      "metrics-max-lifetime-seconds": "5",
      "disable-collect-metrics": true,
    };
    expect(values(flags)).toEqual({
      "inputs.metric_programs.file": "/etc/happo/metrics.yaml",
      "inputs.metric_programs.enabled": false,
      "programs.metric_paths": ["/a", "/b"],
      "store.journal.max_age": "5s",
    });
  });

  it("refuses a wrong number also where it would mean nothing", () => {
    expect(() => values({ "metrics-max-lifetime-seconds": "long" })).toThrow("expected a whole number");
  });

  it("lets a flag win over its variable, and the last of several", () => {
    expect(values({ port: ["1", "2"] }, { HAPPO_AGENT_PORT: "3" })).toEqual({ "api.port": 2 });
    const paths = values({ "nagios-plugin-paths": "/flag" }, { HAPPO_AGENT_NAGIOS_PLUGIN_PATHS: "/env" });
    expect(paths).toEqual({ "programs.paths": ["/flag"] });
  });

  it("adds the entries of a list flag to those of its variable", () => {
    const overlays = happoOverlays({ "allowed-hosts": ["c, d", "e"] }, { HAPPO_AGENT_ALLOWED_HOSTS: "a ,b" });
    expect(overlays).toEqual([
      {
        path: ["api", "allow"],
        value: ["a", "b", "c", "d", "e"],
        origin: "HAPPO_AGENT_ALLOWED_HOSTS and --allowed-hosts",
      },
    ]);
  });

  it.each(["abc", "1.5", "", " 1", "1 ", "9007199254740993", "0x10"])(
    "refuses %j as a number of a flag, ignores it in a variable",
    (text) => {
      const act = () => happoOverlays({ port: text }, {});
      expect(act).toThrow(AgentError);
      expect(act).toThrow(`--port: expected a whole number, found ${JSON.stringify(text)}`);
      expect(values({}, { HAPPO_AGENT_PORT: text })).toEqual({});
    },
  );

  it.each([
    [true, true],
    [false, false],
    ["true", true],
    ["0", false],
  ])("reads the flag %j as %j", (given, value) => {
    expect(values({ "enable-requeststatus-middleware": given })).toEqual({ "api.request_counts": value });
  });

  it.each([
    ["1", true],
    ["TRUE", true],
    ["yes", false],
    ["on", false],
    ["tRUE", false],
  ])("reads the variable %j as %j", (text, value) => {
    const environment = { HAPPO_AGENT_ENABLE_REQUESTSTATUS_MIDDLEWARE: text };
    expect(values({}, environment)).toEqual({ "api.request_counts": value });
  });

  it("refuses a truth value it does not know", () => {
    expect(() => values({ "enable-requeststatus-middleware": "yes" })).toThrow("expected true or false");
  });
});

describe("happoDaemonFlags", () => {
  it("names every row with its variable, and no letter twice", () => {
    expect(happoDaemonFlags).toHaveLength(20);
    const letters = happoDaemonFlags.flatMap(({ short }) => short ?? []);
    expect(letters.join("")).toBe("PABRMaCXTld");
    expect(happoDaemonFlags.find(({ name }) => name === "cpu-profile")?.env).toBe("HAPPO_AGENT_CPU_PROFILE");
  });
});
