// The flags of happo-agent's daemon (contract happo §1.2) and its global --log-level (§1.1), as data for the command line.

export interface HappoFlag {
  /** Without dashes; the key in the flags that were given. */
  readonly name: string;
  /** One letter. */
  readonly short?: string;
  readonly env: string;
  /** A list may be given several times; the others are given once. */
  readonly kind: "integer" | "text" | "list" | "boolean";
  /** Shown in the help; what holds without the flag is said by the configuration's schemas. */
  readonly default: string;
  readonly help: string;
}

/** Where the older agent looks for check plugins; the last directory holds more than those. */
export const happoPluginPaths: readonly string[] = [
  "/usr/local/hb-agent/bin",
  "/usr/lib64/nagios/plugins",
  "/usr/lib/nagios/plugins",
  "/usr/local/nagios/libexec",
  "/usr/local/bin",
];

const rows: readonly Omit<HappoFlag, "env">[] = [
  { name: "port", short: "P", kind: "integer", default: "6777", help: "TCP port to listen on" },
  {
    name: "allowed-hosts",
    short: "A",
    kind: "list",
    default: "",
    help: "addresses and networks that may call, separated by commas",
  },
  {
    name: "public-key",
    short: "B",
    kind: "text",
    default: "server.pem in the state directory, made on first start",
    help: "certificate of the server, PEM",
  },
  {
    name: "private-key",
    short: "R",
    kind: "text",
    default: "server.key in the state directory",
    help: "key of the certificate, PEM, not encrypted",
  },
  {
    name: "metric-config",
    short: "M",
    kind: "text",
    default: "./metrics.yaml",
    help: "file that lists the metric plugins",
  },
  {
    name: "autoscaling-config",
    short: "a",
    kind: "text",
    default: "./autoscaling.yaml",
    help: "file that lists the autoscaling groups (accepted, without effect)",
  },
  { name: "cpu-profile", short: "C", kind: "text", default: "", help: "write a CPU profile to this file" },
  {
    name: "max-connections",
    short: "X",
    kind: "integer",
    default: "1000",
    help: "connections served at the same time",
  },
  {
    name: "command-timeout",
    short: "T",
    kind: "integer",
    default: "10",
    help: "seconds that a program may run",
  },
  { name: "logfile", short: "l", kind: "text", default: "standard output", help: "file to log to" },
  {
    name: "dbfile",
    short: "d",
    kind: "text",
    default: "store in the state directory",
    help: "directory of the database",
  },
  {
    name: "metrics-max-lifetime-seconds",
    kind: "integer",
    default: "604800",
    help: "seconds that metrics are kept",
  },
  {
    name: "machine-state-max-lifetime-seconds",
    kind: "integer",
    default: "259200",
    help: "seconds that snapshots of the machine are kept",
  },
  {
    name: "proxy-timeout-seconds",
    kind: "integer",
    default: "180",
    help: "seconds to wait for another agent",
  },
  {
    name: "error-log-interval-seconds",
    kind: "integer",
    default: "-1",
    help: "seconds between snapshots of the machine on errors; negative takes none",
  },
  {
    name: "nagios-plugin-paths",
    kind: "text",
    default: happoPluginPaths.join(","),
    help: "directories of check plugins, separated by commas",
  },
  {
    name: "sensu-plugin-paths",
    kind: "text",
    default: "/usr/local/hb-agent/bin,/usr/local/bin",
    help: "directories of metric plugins, separated by commas",
  },
  {
    name: "enable-requeststatus-middleware",
    kind: "boolean",
    default: "false",
    help: "count requests and answers by status",
  },
  {
    name: "disable-collect-metrics",
    kind: "boolean",
    default: "false",
    help: "do not run metric plugins",
  },
  { name: "log-level", kind: "text", default: "warn", help: "debug, info or warn" },
];

/** Every row of the table, in its order. */
export const happoDaemonFlags: readonly HappoFlag[] = rows.map((row) => ({
  ...row,
  env: `HAPPO_AGENT_${row.name.toUpperCase().replaceAll("-", "_")}`,
}));
