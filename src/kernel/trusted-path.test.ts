import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, lchownSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { directoryOfTest } from "../../test/support/temporary.ts";
import { createAccounts } from "./accounts.ts";
import { entryTrusted, ownRules, type TrustRules, trusted, trustedLater } from "./trusted-path.ts";

const own = 12_345;
const mallory = 12_346;
const groups = { own: 300, shared: 301, empty: 302, owner: 303, unknown: 304, listed: 305 };

function rulesIn(directory: string, change: Partial<TrustRules> = {}): TrustRules {
  const passwd = join(directory, "passwd");
  const group = join(directory, "group");
  writeFileSync(
    passwd,
    `root:x:0:0::/root:/bin/sh\nagent:x:${own}:${groups.own}::/:/bin/sh
mallory:x:${mallory}:${groups.shared}::/:/bin/sh\n+::::::\n# agent:x:7:${groups.unknown}::/:\n`,
  );
  writeFileSync(
    group,
    `root:x:0:\nagent:x:${groups.own}:\nshared:x:${groups.shared}:\nempty:x:${groups.empty}:
owner:x:${groups.owner}:agent,root\nlisted:x:${groups.listed}:agent,eve\n+:::\n`,
  );
  return {
    ...{ uid: own, accounts: createAccounts({ passwd, group }), unmappedUid: undefined, groupsCount: true },
    ...change,
  };
}

interface Row {
  readonly what: string;
  readonly uid?: number;
  readonly gid?: number;
  readonly mode: number;
  /** Part of the reason; absent: it is trusted. */
  readonly refused?: string;
}

const files: readonly Row[] = [
  { what: "ours", mode: 0o644 },
  { what: "root's", uid: 0, mode: 0o644 },
  {
    what: "another user's",
    uid: mallory,
    mode: 0o600,
    refused: "belongs to the user mallory; run: chown agent: ",
  },
  {
    what: "a nameless user's",
    uid: 4711,
    mode: 0o600,
    refused: "belongs to the user 4711; run: chown agent: ",
  },
  { what: "for all to write", mode: 0o646, refused: "every user can write " },
  { what: "our own group's", gid: groups.own, mode: 0o664 },
  { what: "root's group's", gid: 0, mode: 0o664 },
  { what: "a group's without members", gid: groups.empty, mode: 0o664 },
  { what: "a group's of root and us", gid: groups.owner, mode: 0o664 },
  {
    what: "another's own group's",
    gid: groups.shared,
    mode: 0o664,
    refused: "the group shared, of mallory, can write ",
  },
  { what: "a group's that only reads", gid: groups.shared, mode: 0o644 },
  {
    what: "a group's with a member nobody knows",
    gid: groups.listed,
    mode: 0o664,
    refused: "the group listed, of eve,",
  },
  {
    what: "an unknown group's",
    gid: groups.unknown,
    mode: 0o664,
    refused: "with gid 304, which nobody knows, can write ",
  },
];

const isRoot = process.getuid?.() === 0;

describe.runIf(isRoot)("of a file and of a directory", () => {
  it.each(files)("$what", async ({ uid = own, gid = groups.own, mode, refused }) => {
    const directory = directoryOfTest();
    const rules = rulesIn(directory);
    chownSync(directory, own, groups.own);
    const file = join(directory, "file");
    const folder = join(directory, "folder");
    const below = join(folder, "below");
    writeFileSync(file, "");
    mkdirSync(folder);
    writeFileSync(below, "");
    chownSync(below, own, groups.own);
    for (const path of [file, folder]) {
      chownSync(path, uid, gid);
      chmodSync(path, mode | 0o111);
    }
    for (const [path, named] of [
      [file, file],
      [folder, folder],
      [below, folder],
      [join(folder, "not-there"), folder],
    ] as const) {
      const reason = trusted(path, rules);
      expect(await trustedLater(path, rules)).toBe(reason);
      if (refused === undefined) expect(reason).toBeUndefined();
      else {
        expect(reason).toContain(refused);
        expect(reason).toMatch(/run: (chown agent:|chmod [go]-w) /);
        expect(reason?.endsWith(` ${named}`)).toBe(true);
      }
    }
    const stats = { uid, gid, mode };
    expect(entryTrusted(file, stats, rules)).toBe(trusted(file, rules));
  });

  it("is mended by the command that the reason names", () => {
    const directory = join(directoryOfTest(), "it's here");
    mkdirSync(directory);
    const path = join(directory, "file");
    writeFileSync(path, "");
    chownSync(path, mallory, 0);
    chmodSync(path, 0o666);
    const rules = { ...ownRules(), uid: 0 };
    for (let round = 0; round < 2; round += 1) {
      const command = /run: (.+)$/.exec(trusted(path, rules) ?? "")?.[1] ?? "false";
      execFileSync("/bin/sh", ["-c", command]);
    }
    expect(trusted(path, rules)).toBeUndefined();
  });

  it("takes up what the account files say now", () => {
    const directory = directoryOfTest();
    const rules = rulesIn(directory);
    chownSync(directory, own, groups.own);
    const path = join(directory, "file");
    writeFileSync(path, "");
    chownSync(path, own, groups.empty);
    chmodSync(path, 0o664);
    expect(trusted(path, rules)).toBeUndefined();
    writeFileSync(join(directory, "group"), `empty:x:${groups.empty}:mallory\n`);
    expect(trusted(path, rules)).toContain("the group empty, of mallory, can write");
    expect(trusted(path, { ...rules, groupsCount: false })).toBeUndefined();
  });
});

describe.runIf(isRoot)("of a directory that is everybody's, each for himself", () => {
  const prepared = () => {
    const rules = rulesIn(directoryOfTest());
    const directory = join(directoryOfTest(), "all");
    mkdirSync(directory);
    chmodSync(directory, 0o1777);
    return { directory, rules };
  };

  it("what is ours is protected there, what is another's is not trusted, and it gives no orders itself", () => {
    const { directory, rules } = prepared();
    mkdirSync(join(directory, "ours"));
    chownSync(join(directory, "ours"), own, groups.own);
    mkdirSync(join(directory, "his"));
    chownSync(join(directory, "his"), mallory, groups.shared);
    expect(trusted(join(directory, "ours/file"), rules)).toBeUndefined();
    expect(trusted(join(directory, "his/file"), rules)).toContain("belongs to the user mallory");
    expect(trusted(directory, rules)).toContain("every user can write");
  });

  it("is not trusted when another user owns it: he may take away what he likes", () => {
    const { directory, rules } = prepared();
    chownSync(directory, mallory, groups.shared);
    writeFileSync(join(directory, "file"), "");
    expect(trusted(join(directory, "file"), rules)).toContain(`${directory} belongs to the user mallory`);
  });

  it("a link there is its owner's word", () => {
    const { directory, rules } = prepared();
    const aim = join(directory, "aim");
    const link = join(directory, "link");
    writeFileSync(aim, "");
    symlinkSync("aim", link);
    expect(trusted(link, rules)).toBeUndefined();
    lchownSync(link, mallory, groups.shared);
    expect(trusted(link, rules)).toContain(`${link} belongs to the user mallory`);
  });

  it("an owner from outside the user namespace is taken for the directories above, but not for one among strangers", () => {
    const { directory, rules } = prepared();
    const inNamespace = { ...rules, unmappedUid: 65_534 };
    chownSync(directory, 65_534, 65_534);
    mkdirSync(join(directory, "ours"));
    writeFileSync(join(directory, "ours/file"), "");
    expect(trusted(join(directory, "ours/file"), inNamespace)).toBeUndefined();
    expect(trusted(join(directory, "ours/file"), rules)).toContain("belongs to the user 65534");
    chownSync(join(directory, "ours"), 65_534, 65_534);
    expect(trusted(join(directory, "ours/file"), inNamespace)).toContain(
      "somebody outside this user namespace",
    );
    chmodSync(directory, 0o755);
    expect(trusted(join(directory, "ours/file"), inNamespace)).toBeUndefined();
    chownSync(join(directory, "ours/file"), 65_534, 65_534);
    expect(trusted(join(directory, "ours/file"), inNamespace)).toContain(
      "somebody outside this user namespace",
    );
  });
});

describe.runIf(isRoot)("of links", () => {
  it("the directory of each, and where each leads", () => {
    const directory = directoryOfTest();
    const rules = rulesIn(directory);
    for (const name of ["safe", "open", "end"]) mkdirSync(join(directory, name));
    writeFileSync(join(directory, "end/file"), "");
    chmodSync(join(directory, "open"), 0o777);
    symlinkSync(join(directory, "end/file"), join(directory, "safe/straight"));
    symlinkSync("../open/back", join(directory, "safe/round"));
    symlinkSync("../end/file", join(directory, "open/back"));
    symlinkSync("../end", join(directory, "safe/folder"));
    expect(trusted(join(directory, "safe/straight"), rules)).toBeUndefined();
    expect(trusted(join(directory, "safe/folder/file"), rules)).toBeUndefined();
    expect(trusted(join(directory, "safe/round"), rules)).toContain(
      `every user can write ${directory}/open;`,
    );
    chownSync(join(directory, "end"), mallory, groups.shared);
    expect(trusted(join(directory, "safe/folder/file"), rules)).toContain(`${directory}/end belongs to`);
  });

  it("one that leads to itself, and one that leads nowhere", () => {
    const directory = directoryOfTest();
    symlinkSync("loop", join(directory, "loop"));
    symlinkSync("nothing", join(directory, "dangling"));
    const rules = rulesIn(directory);
    expect(trusted(join(directory, "loop"), rules)).toContain("one of more than 40 links");
    expect(trusted(join(directory, "dangling"), rules)).toBeUndefined();
  });
});

it("the rules of this process: its own user, and nobody without a number", () => {
  const { uid, unmappedUid, groupsCount } = ownRules();
  expect({ uid, unmappedUid, groupsCount }).toEqual({
    uid: process.geteuid?.(),
    unmappedUid: undefined,
    groupsCount: true,
  });
});
