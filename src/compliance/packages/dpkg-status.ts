// Which packages dpkg has installed, with their versions and what they provide (deb-control(5), dpkg(1)).

/** Versions by name, also by `name:architecture`; a name that is only provided has the version "". */
export type InstalledPackages = ReadonlyMap<string, string>;

interface Entry {
  name: string;
  architecture: string;
  version: string;
  provides: string;
  isInstalled: boolean;
}

/** Reads a status file as it comes. Never throws: a line that is none of the known is passed over. */
export class DpkgStatusReader {
  readonly packages = new Map<string, string>();
  #entry = emptyEntry();
  #rest = "";

  take(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.#takeLine(line);
  }

  /** After the last piece. */
  end(): void {
    this.#takeLine(this.#rest);
    this.#rest = "";
    this.#endEntry();
  }

  #takeLine(line: string): void {
    if (line === "") this.#endEntry();
    const colon = line.indexOf(": ");
    if (colon < 1 || line.startsWith(" ")) return;
    const value = line.slice(colon + 2).trim();
    const entry = this.#entry;
    switch (line.slice(0, colon)) {
      case "Package":
        entry.name = value;
        break;
      case "Architecture":
        entry.architecture = value;
        break;
      case "Version":
        entry.version = value;
        break;
      case "Provides":
        entry.provides = value;
        break;
      case "Status":
        // The first word is what is wanted of the package, such as to hold it; the last is what it is.
        entry.isInstalled = /^\w+ ok installed$/.test(value);
        break;
    }
  }

  #endEntry(): void {
    const { name, architecture, version, provides, isInstalled } = this.#entry;
    this.#entry = emptyEntry();
    if (!isInstalled || name === "") return;
    this.packages.set(name, version);
    this.packages.set(`${name}:${architecture}`, version);
    for (const part of provides.split(",")) {
      const provided = part.trim().split(" ")[0] ?? "";
      if (provided !== "" && !this.packages.has(provided)) this.packages.set(provided, "");
    }
  }
}

function emptyEntry(): Entry {
  return { name: "", architecture: "", version: "", provides: "", isInstalled: false };
}

/** Whether a package of that name, and of that version where `=version` follows, is installed. */
export function isInstalled(wanted: string, packages: InstalledPackages): boolean {
  const equals = wanted.indexOf("=");
  if (equals < 0) return packages.has(wanted);
  return packages.get(wanted.slice(0, equals)) === wanted.slice(equals + 1);
}
