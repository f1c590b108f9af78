// From a clone to a running agent under every umask, as root, as another user, in namespaces and behind a bind mount.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chmodSync, chownSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { temporaryDirectory } from "../support/temporary.ts";

const source = resolve(import.meta.dirname, "../..");
const [place, hisPlace] = [temporaryDirectory(), temporaryDirectory()];
/** Of no user that the host knows. */
const nobodysUid = 23_456;
const asNobody = ["setpriv", `--reuid=${nobodysUid}`, `--regid=${nobodysUid}`, "--clear-groups"];

/** Other users, and mounts of one's own, are root's to have. */
const isRoot = process.getuid?.() === 0;
const canUnshare = (() => {
  try {
    execFileSync("unshare", isRoot ? ["-m", "true"] : ["-r", "true"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
})();

interface Clone {
  readonly name: string;
  readonly umask: string;
  readonly as: readonly string[];
  readonly place: string;
}

const clones = {
  loose: { name: "loose", umask: "000", as: [], place: place.path },
  group: { name: "group", umask: "002", as: [], place: place.path },
  strict: { name: "strict", umask: "022", as: [], place: place.path },
  other: { name: "other", umask: "000", as: asNobody, place: hisPlace.path },
} satisfies Record<string, Clone>;

const sh = (script: string, args: readonly string[], as: readonly string[] = []) => {
  const [command = "", ...words] = [...as, "/bin/sh", "-ec", script, "sh", ...args];
  return execFileSync(command, words, { stdio: "pipe", env: environment }).toString();
};

const environment = { PATH: process.env["PATH"] ?? "", HOME: "/nonexistent" };

/** What is loaded beside the bundle; koffi's native part is in a package for each platform. */
const loaded = [
  ...["classic-level", "abstract-level", "module-error", "napi-macros", "node-gyp-build", "buffer"],
  ...[
    "base64-js",
    "ieee754",
    "is-buffer",
    "level-supports",
    "level-transcoder",
    "maybe-combine-errors",
    "koffi",
    "@koromix",
  ],
];

/**
 * The working tree as git knows it, without its history; packages by name, those that are run beside the bundle as
 * copies. What follows is what `npm ci` does at its end.
 */
function clone({ name, umask, as, place: where }: Clone): string {
  const to = join(where, name);
  const listed = execFileSync("git", [
    "-C",
    source,
    "ls-files",
    "-z",
    "--cached",
    "--others",
    "--exclude-standard",
  ]);
  execFileSync("tar", ["-C", source, "--null", "-T", "-", "--ignore-failed-read", "-cf", `${to}.tar`], {
    input: listed,
    stdio: ["pipe", "ignore", "ignore"],
  });
  chmodSync(`${to}.tar`, 0o644);
  sh(
    `umask ${umask}; mkdir "$1"; cd "$1"
     tar -xf "$1.tar" --no-same-owner --mode=a+rwX
     mkdir node_modules; ln -s "$2"/node_modules/* node_modules/
     for one in ${loaded.join(" ")}; do
       rm node_modules/$one; cp -rL --no-preserve=mode "$2"/node_modules/$one node_modules/
     done
     "$3" tools/build.mjs`,
    [to, source, process.execPath],
    as,
  );
  return to;
}

const writable = (directory: string) =>
  execFileSync("find", [directory, "!", "-type", "l", "-perm", "/022"]).toString().trim();

interface Demo {
  readonly child: ChildProcess;
  readonly text: string;
}

/** `npm start` without npm, until it says what to try; rejects with what it said instead. */
function demo(directory: string, within: readonly string[], umask: string): Promise<Demo> {
  const script = `umask ${umask}; cd "$1"; exec "$2" tools/start.mjs`;
  const [command = "", ...words] = [...within, "/bin/sh", "-ec", script, "sh", directory, process.execPath];
  const child = spawn(command, words, { stdio: ["ignore", "pipe", "pipe"], env: environment });
  const ended = new Promise<void>((done) => child.once("close", () => done()));
  onTestFinished(async () => {
    child.kill("SIGTERM");
    await ended;
  });
  let text = "";
  return new Promise((done, fail) => {
    const take = (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes("Ctrl-C stops it")) done({ child, text });
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    child.once("close", (exit) => fail(new Error(`it ended with ${exit}: ${text}`)));
  });
}

/** The demonstration has asked for a check, and the check was run. */
const checked = /\n {2}(OK|WARNING|CRITICAL) \(\d\): \S/;

describe.skipIf(!isRoot)("a clone made by root", () => {
  const made = new Map<string, string>();
  beforeAll(() => {
    chmodSync(place.path, 0o755);
    for (const one of [clones.loose, clones.group, clones.strict]) made.set(one.name, clone(one));
  }, 60_000);

  it.each(["loose", "group", "strict"] as const)("is nobody else's to change after the build: %s", (name) => {
    expect(writable(made.get(name) ?? "")).toBe("");
  });

  it.each(["loose", "group", "strict"] as const)("starts under the same umask: %s", async (name) => {
    const directory = made.get(name) ?? "";
    const { text } = await demo(directory, [], clones[name].umask);
    expect(text).toMatch(checked);
    expect(writable(join(directory, ".yagura"))).toBe("");
    expect(
      sh(`find "$1"/.yagura -perm /077 ! -name server.pem ! -path '*/store/*'`, [directory]).trim(),
    ).toBe("");
  });

  it.runIf(canUnshare)("starts where it is mounted elsewhere", async () => {
    const mounted = join(place.path, "mounted");
    mkdirSync(mounted);
    const script = `mount --bind "$1" "$2"; shift 2; exec "$@"`;
    const within = ["unshare", "-m", "/bin/sh", "-ec", script, "sh", made.get("loose") ?? "", mounted];
    expect((await demo(mounted, within, "000")).text).toMatch(checked);
  });

  it.runIf(canUnshare)("takes a configuration that all may write only where it is mounted to be read", () => {
    const check = (remount: string) =>
      sh(
        `mkdir -p "$1"/volume; mount -t tmpfs -o mode=777 tmpfs "$1"/volume
         echo "{}" > "$1"/volume/yagura.yaml; ${remount}
         "$2" "$3"/dist/main.js config check --config "$1"/volume/yagura.yaml --home "$1"/home`,
        [place.path, process.execPath, made.get("strict") ?? ""],
        ["unshare", "-m"],
      );
    expect(check('mount -o remount,ro "$1"/volume')).toContain("yagura.yaml: ok");
    expect(() => check("true")).toThrow(`every user can write ${place.path}/volume`);
  });

  it("is not run as root any more when a file of it is another user's", () => {
    const directory = made.get("strict") ?? "";
    sh(`chown ${nobodysUid} "$1"/package.json`, [directory]);
    expect(() => sh(`"$2" "$1"/dist/main.js --version`, [directory, process.execPath])).toThrow(
      `yagura: ${directory} is not run as root: ${directory}/package.json belongs to the user ${nobodysUid}; run: chown root: ${directory}/package.json`,
    );
    sh(`chown 0 "$1"/package.json`, [directory]);
    expect(sh(`"$2" "$1"/dist/main.js --version`, [directory, process.execPath])).toContain("yagura version");
  });
});

describe.skipIf(!isRoot)("a clone made by a user without a name", () => {
  let directory = "";
  beforeAll(() => {
    // In a namespace of his nobody can tell what is root's from what is anybody's in /tmp.
    chownSync(hisPlace.path, nobodysUid, nobodysUid);
    directory = clone(clones.other);
  }, 60_000);

  it("is his alone to change, and runs as him", async () => {
    expect(writable(directory)).toBe("");
    expect((await demo(directory, asNobody, "000")).text).toMatch(checked);
  });

  it.runIf(canUnshare)("runs as root of a user namespace of his", async () => {
    expect((await demo(directory, [...asNobody, "unshare", "-r"], "000")).text).toMatch(checked);
  });

  it("is not run by root", () => {
    expect(() => sh(`"$2" "$1"/dist/main.js --version`, [directory, process.execPath])).toThrow(
      `${directory} is not run as root: `,
    );
  });
});

afterAll(() => {
  place.release();
  hisPlace.release();
});
