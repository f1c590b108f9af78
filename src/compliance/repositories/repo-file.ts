// Repositories of dnf, yum and zypper: a file for each (dnf.conf(5), "repo options").
import { fileNameFrom } from "./apt-source.ts";

export interface RepoFile {
  readonly name: string;
  /** Of its key, which comes from this host alone: these package managers take one from an address unproved. */
  readonly keyPath: string;
  readonly text: string;
}

/** Packages without a signature are never taken. */
export function repoFile(given: {
  readonly name: string;
  readonly url: string;
  /** The comment that tells of its key; undefined: it has none. */
  readonly keySource?: string | undefined;
}): RepoFile {
  const file = fileNameFrom(given.name);
  const lines = [`[${file}]`, `name=${given.name}`, `baseurl=${given.url}`, "enabled=1", "gpgcheck=1"];
  const keyPath = `/etc/pki/rpm-gpg/${file}`;
  if (given.keySource !== undefined) {
    lines.unshift(given.keySource);
    lines.push(`gpgkey=file://${keyPath}`);
  }
  return { name: `${file}.repo`, keyPath, text: `${lines.join("\n")}\n` };
}
