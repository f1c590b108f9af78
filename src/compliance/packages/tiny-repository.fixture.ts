// A package that holds one file, made by dpkg-deb, and a repository of it in a directory.
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export const hasApt = ["apt-get", "dpkg-deb"].every((name) => spawnSync(name, ["--version"]).status === 0);

export const tiny = "yagura-tiny";

/** Gives the address for a source list. */
export function makeRepository(home: string): string {
  const tree = join(home, "tree");
  const repository = join(home, "repository");
  mkdirSync(join(tree, "DEBIAN"), { recursive: true });
  mkdirSync(join(tree, "usr/share/yagura-tiny"), { recursive: true });
  mkdirSync(repository);
  const control = [
    ...[`Package: ${tiny}`, "Version: 1.0", "Architecture: all", "Maintainer: T <t@example.org>"],
    ...["Provides: tiny-thing (= 1.0)", "Description: one file"],
  ].join("\n");
  writeFileSync(join(tree, "DEBIAN/control"), `${control}\n`);
  writeFileSync(join(tree, "usr/share/yagura-tiny/file"), "tiny\n");
  const file = join(repository, "tiny.deb");
  execFileSync("dpkg-deb", ["--build", "--root-owner-group", tree, file], { stdio: "ignore" });
  const sha256 = createHash("sha256").update(readFileSync(file)).digest("hex");
  const entry = `${control}\nFilename: ./tiny.deb\nSize: ${statSync(file).size}\nSHA256: ${sha256}\n\n`;
  writeFileSync(join(repository, "Packages"), entry);
  // apt fetches as a user of its own.
  chmodSync(home, 0o755);
  return `file:${repository} ./`;
}

/** The directories that apt and dpkg want to find. */
export function makePackageRoot(root: string): void {
  const directories = [
    ...["etc/apt/sources.list.d", "etc/apt/preferences.d", "etc/apt/trusted.gpg.d", "var/log/apt"],
    ...[
      "var/lib/dpkg/updates",
      "var/lib/dpkg/info",
      "var/lib/apt/lists/partial",
      "var/cache/apt/archives/partial",
    ],
  ];
  for (const directory of directories) mkdirSync(join(root, directory), { recursive: true });
  writeFileSync(join(root, "var/lib/dpkg/status"), "");
}
