// The Debian packages that the tests and the benchmarks drive: installed where that may be done, named where not.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

/** Where Debian puts a library, one of them for each kind of processor. */
function library(name) {
  return ["x86_64-linux-gnu", "aarch64-linux-gnu"].map((kind) => `/usr/lib/${kind}/${name}`);
}

/** Package → a file that is there when it is installed. */
const packages = {
  test: {
    "monitoring-plugins-standard": "/usr/lib/nagios/plugins/check_mailq",
    "monitoring-plugins-basic": "/usr/lib/nagios/plugins/check_dummy",
    "monitoring-plugins-common": "/usr/lib/nagios/plugins/negate",
    libcurl4: library("libcurl.so.4"),
    liburiparser1: library("liburiparser.so.1"),
    strace: "/usr/bin/strace",
    openssl: "/usr/bin/openssl",
    iproute2: ["/usr/sbin/ip", "/sbin/ip", "/usr/bin/ip"],
    procps: "/usr/bin/ps",
    gpg: "/usr/bin/gpg",
    curl: "/usr/bin/curl",
    socat: "/usr/bin/socat",
    prometheus: "/usr/bin/prometheus",
    "util-linux": "/usr/bin/unshare",
    "redis-server": "/usr/bin/redis-server",
    "nginx-light": "/usr/sbin/nginx",
    "apache2-bin": "/usr/sbin/apache2",
    "mariadb-server-core": "/usr/sbin/mariadbd",
    "mariadb-client-core": "/usr/bin/my_print_defaults",
    influxdb: "/usr/bin/influxd",
    "nats-server": "/usr/sbin/nats-server",
    "graphite-carbon": "/usr/bin/carbon-cache",
    "graphite-web": "/usr/bin/graphite-manage",
    "collectd-core": "/usr/sbin/collectd",
    systemd: "/usr/bin/systemd-analyze",
  },
  bench: {
    wrk: "/usr/bin/wrk",
    "python3-minimal": "/usr/bin/python3",
    gcc: "/usr/bin/gcc",
    "libc6-dev": "/usr/include/spawn.h",
    influxdb: "/usr/bin/influxd",
    "nats-server": "/usr/sbin/nats-server",
    prometheus: "/usr/bin/prometheus",
    "graphite-carbon": "/usr/bin/carbon-cache",
    "graphite-web": "/usr/bin/graphite-manage",
    "prometheus-node-exporter": "/usr/bin/prometheus-node-exporter",
    "nagios-nrpe-server": "/usr/sbin/nrpe",
    "nagios-nrpe-plugin": "/usr/lib/nagios/plugins/check_nrpe",
    "monitoring-plugins-basic": "/usr/lib/nagios/plugins/check_dummy",
  },
};

/** Ends the process where something is missing that cannot be installed. */
export function ensurePackages(purpose) {
  const missing = Object.entries(packages[purpose])
    .filter(([, paths]) => ![paths].flat().some((path) => existsSync(path)))
    .map(([name]) => name);
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0 || spawnSync("apt-get", ["--version"]).status !== 0) {
    console.error(`The ${purpose} needs these Debian packages: ${missing.join(" ")}`);
    console.error(`As root: apt-get install --no-install-recommends ${missing.join(" ")}`);
    process.exit(1);
  }
  console.log(`Installing ${missing.join(" ")} …`);
  const apt = (...args) =>
    execFileSync("apt-get", args, {
      stdio: ["ignore", "ignore", "inherit"],
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
  // No service is to be started by what is installed for a test.
  const policy = "/usr/sbin/policy-rc.d";
  const policyStood = existsSync(policy);
  if (!policyStood)
    execFileSync("sh", ["-c", `printf '#!/bin/sh\\nexit 101\\n' > ${policy} && chmod 755 ${policy}`]);
  try {
    apt("update", "-q");
    apt("install", "-y", "-q", "--no-install-recommends", ...missing);
  } finally {
    if (!policyStood) execFileSync("rm", ["-f", policy]);
  }
}
