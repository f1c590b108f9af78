// Which distribution this is, by the names that opsbro gave them (contract opsbro §4.2).
import { parseOsRelease, parseRedhatRelease } from "../../../formats/proc/os-release.ts";
import type { HostFiles } from "../../host-files.ts";

/** Empty texts where nothing is known. */
export interface LinuxRelease {
  readonly distribution: string;
  readonly version: string;
  readonly codename: string;
}

/** Names that the distributions give themselves, where ours differ. */
const names = new Map([
  ["rhel", "redhat"],
  ["ol", "oracle-linux"],
  ["amzn", "amazon-linux"],
  ["opensuse-leap", "opensuse"],
  ["opensuse-tumbleweed", "opensuse"],
]);
/** First words of /etc/redhat-release, which hosts before os-release have. */
const oldNames: readonly (readonly [string, string])[] = [
  ["CentOS", "centos"],
  ["Red Hat", "redhat"],
  ["Fedora", "fedora"],
  ["Oracle", "oracle-linux"],
];

export async function linuxReleaseOf(host: HostFiles): Promise<LinuxRelease> {
  const text = (await host.text("/etc/os-release")) ?? (await host.text("/usr/lib/os-release"));
  if (text === undefined) return beforeOsRelease(host);
  const values = parseOsRelease(text);
  const version = values.get("VERSION_ID") ?? "";
  return {
    distribution: normalName(values.get("ID") ?? "", version),
    version,
    codename: values.get("VERSION_CODENAME") ?? "",
  };
}

function normalName(id: string, version: string): string {
  if (id === "amzn" && version === "2") return "amazon-linux2";
  return names.get(id) ?? id;
}

async function beforeOsRelease(host: HostFiles): Promise<LinuxRelease> {
  const release = parseRedhatRelease((await host.text("/etc/redhat-release")) ?? "");
  if (release === undefined) return { distribution: "", version: "", codename: "" };
  const known = oldNames.find(([start]) => release.name.startsWith(start));
  return {
    distribution: known?.[1] ?? release.name.toLowerCase(),
    version: release.version,
    codename: "",
  };
}
