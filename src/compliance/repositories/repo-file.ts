// Repositories of dnf, yum and zypper: a file for each (dnf.conf(5), "repo options").
import { fileNameFrom } from "./apt-source.ts";

export interface RepoFile {
  readonly name: string;
  readonly text: string;
}

/** Packages without a signature are never taken. */
export function repoFile(given: {
  readonly name: string;
  readonly url: string;
  readonly key?: string | undefined;
}): RepoFile {
  const file = fileNameFrom(given.name);
  const lines = [`[${file}]`, `name=${given.name}`, `baseurl=${given.url}`, "enabled=1", "gpgcheck=1"];
  if (given.key !== undefined) lines.push(`gpgkey=${given.key}`);
  return { name: `${file}.repo`, text: `${lines.join("\n")}\n` };
}
