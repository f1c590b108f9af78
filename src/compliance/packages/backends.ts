// The package managers there are, as data: what each is told, and by what its answers are known.
import type { Command } from "../host/program.ts";

export interface Backend {
  readonly name: "apt" | "dnf" | "yum" | "zypper" | "apk";
  /** Fetches the lists anew; undefined: it does so by itself. `root` is `/` unless another system is worked on. */
  readonly refresh: ((root: string) => Command) | undefined;
  readonly install: (name: string, root: string) => Command;
  /** Asks whether it is installed: ends with 0 when it is. Undefined: the file of dpkg is read. */
  readonly ask: ((name: string, root: string) => Command) | undefined;
  /** Files of which one changes with every package. */
  readonly database: readonly string[];
  /** Words of an output by which a package that no list has is known. */
  readonly unknown: readonly RegExp[];
  /** Directory of repositories; undefined: they are not managed. */
  readonly repositories: string | undefined;
}

const aptEnvironment = { DEBIAN_FRONTEND: "noninteractive", APT_LISTCHANGES_FRONTEND: "none" };
const rpmDatabase = ["/var/lib/rpm", "/usr/lib/sysimage/rpm"].flatMap((folder) =>
  ["rpmdb.sqlite", "rpmdb.sqlite-wal", "Packages.db", "Packages"].map((name) => `${folder}/${name}`),
);

const askRpm = (name: string, root: string): Command => ({
  words: ["rpm", ...unless(root, "--root", root), "-q", "--quiet", "--whatprovides", "--", name],
});

const rpm = { ask: askRpm, database: rpmDatabase, refresh: undefined };

const apt: Backend = {
  name: "apt",
  refresh: (root) => ({ words: ["apt-get", "-q", ...aptRoot(root), "update"], environment: aptEnvironment }),
  install: (name, root) => ({
    words: [
      ...(["apt-get", "-q", "--yes", "--no-install-recommends", ...aptRoot(root)] as const),
      ...["-o", "DPkg::Lock::Timeout=120", "-o", "APT::Cmd::Pattern-Only=true"],
      ...["-o", "DPkg::Options::=--force-confdef", "-o", "DPkg::Options::=--force-confold"],
      ...["install", "--", name],
    ],
    environment: aptEnvironment,
  }),
  ask: undefined,
  database: ["/var/lib/dpkg/status"],
  unknown: [/Unable to locate package/, /has no installation candidate/, /' for '[^'\n]*' was not found/],
  repositories: "/etc/apt/sources.list.d",
};

const yumLike = (name: "dnf" | "yum"): Backend => ({
  ...rpm,
  name,
  install: (wanted, root) => ({
    words: [name, "-y", ...unless(root, `--installroot=${root}`), "install", "--", wanted],
  }),
  unknown: [/No match for argument/, /Unable to find a match/, /^No package .* available/m],
  repositories: "/etc/yum.repos.d",
});

const zypper: Backend = {
  ...rpm,
  name: "zypper",
  install: (wanted, root) => ({
    words: [
      ...(["zypper", ...unless(root, "--root", root), "--non-interactive", "install"] as const),
      ...["--no-recommends", "--", wanted],
    ],
    environment: { ZYPP_LOCK_TIMEOUT: "120" },
  }),
  unknown: [/not found in package names/, /No provider of/],
  repositories: "/etc/zypp/repos.d",
};

const apk: Backend = {
  name: "apk",
  refresh: undefined,
  install: (wanted, root) => ({
    words: ["apk", ...unless(root, "--root", root), "--wait", "120", "--update-cache", "add", "--", wanted],
  }),
  ask: (name, root) => ({
    words: ["apk", ...unless(root, "--root", root), "info", "--installed", "--quiet", "--", name],
  }),
  database: ["/lib/apk/db/installed", "/usr/lib/apk/db/installed"],
  unknown: [/no such package/, /unable to select packages/],
  repositories: undefined,
};

const distributions: readonly (readonly [Backend, readonly string[]])[] = [
  [apt, ["debian", "ubuntu", "raspbian"]],
  [apk, ["alpine"]],
  [yumLike("dnf"), ["fedora"]],
  [yumLike("yum"), ["rhel", "centos", "amzn", "ol"]],
  [zypper, ["suse", "opensuse", "opensuse-leap", "opensuse-tumbleweed", "sles"]],
];
const byDistribution = new Map(
  distributions.flatMap(([backend, names]) => names.map((name) => [name, backend] as const)),
);

/** Of a distribution, or of the first that it says it is like; undefined: packages of it are not managed. */
export function backendFor(
  release: ReadonlyMap<string, string>,
  hasProgram: (name: string) => boolean,
): Backend | undefined {
  const names = [release.get("ID") ?? "", ...(release.get("ID_LIKE") ?? "").split(" ")];
  const found = names.map((name) => byDistribution.get(name.toLowerCase())).find((one) => one !== undefined);
  // Today's yum is dnf, and some systems have left its name behind.
  return found?.name === "yum" && !hasProgram("yum") && hasProgram("dnf") ? yumLike("dnf") : found;
}

function unless(root: string, ...words: readonly string[]): readonly string[] {
  return root === "/" ? [] : words;
}

function aptRoot(root: string): readonly string[] {
  if (root === "/") return [];
  const given = [
    `Dir=${root}/`,
    `Dir::State::status=${root}/var/lib/dpkg/status`,
    `DPkg::Options::=--root=${root}`,
  ];
  return given.flatMap((one) => ["-o", one]);
}
