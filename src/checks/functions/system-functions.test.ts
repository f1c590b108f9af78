// Functions about the system, its accounts, the agent and its neighbours.
import { mkdirSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { directoryOfTest } from "../../../test/support/temporary.ts";
import { functionPrototype } from "../../languages/expression/index.ts";
import { answerOf, hostOfTest } from "./host.fixture.ts";
import { type FunctionHost, type ProgramRequest, systemFunctions } from "./index.ts";

it.each([
  ["system_get_os()", "linux"],
  ["get_os()", "linux"],
  ["is_in_group('found')", true],
  ["have_group('found')", true],
  ["is_in_group('other')", false],
  ["is_in_static_group('found')", false],
  ["is_in_defined_group('web')", true],
  ["is_in_static_group('web')", true],
  ["gossip_get_zone()", "internet"],
  ["gossip_get_zone('0000')", ""],
  ["gossip_get_zone(uuid='0000')", ""],
  ["gossip_count_nodes()", 5],
  ["gossip_count_nodes('web')", 2],
  ["gossip_count_nodes(group='web', state='dead')", 1],
  ["gossip_have_event_type('shinken-restart')", true],
  ["gossip_have_event_type('x')", false],
  ["compliance_get_state_of_rule('passwd')", "COMPLIANT"],
  ["compliance_get_state_of_rule('x')", "UNKNOWN"],
  ["hosting_driver_is_active('ec2')", true],
  ["hosting_driver_is_active('azure')", false],
  ["get_env('SITE')", "north"],
  ["get_env('ABSENT')", ""],
  ["system_is_python_2() or system_is_python_3()", false],
])("%s is %j", async (text, expected) => expect(await answerOf(text)).toBe(expected));

it.each([
  ["gossip_count_nodes('', 'ALIVE')", "there is no state"],
  ["is_in_group(1)", "a str is needed"],
  ["get_env('API_TOKEN')", "may be secret"],
  ["get_env('aws_secret_access')", "may be secret"],
  ["get_env('DB_PASSWD')", "may be secret"],
  ["get_env('SSH_KEY')", "may be secret"],
  ["get_env('Credentials')", "may be secret"],
])("%s is refused: %s", async (text, reason) => await expect(answerOf(text)).rejects.toThrow(reason));

it("now() is the host's clock in seconds", async () => {
  const clock = { now: () => 1_500_000_000_999, after: () => ({ cancel: () => undefined }) };
  expect(await answerOf("now()", hostOfTest({ clock }))).toBe(1_500_000_000);
});

describe("accounts of files", () => {
  function hostWithFiles(): FunctionHost {
    const root = directoryOfTest();
    mkdirSync(join(root, "etc"));
    writeFileSync(
      join(root, "etc/passwd"),
      "root:x:0:0::/root:/bin/sh\n+::::::\nanna:x:1001:100::/:/bin/sh\nbroken\n",
    );
    writeFileSync(join(root, "etc/group"), "root:x:0:\nstaff:x:50:anna,root\n");
    return hostOfTest({ root });
  }

  it.each([
    ["system_user_exists('anna')", true],
    ["user_exists('anna')", true],
    ["system_user_exists(1001)", true],
    ["system_user_exists('1001')", true],
    ["system_user_exists('100')", false],
    ["system_user_exists('broken')", false],
    ["system_user_exists('+')", false],
    ["system_user_exists('')", false],
    ["system_group_exists('staff')", true],
    ["group_exists(50)", true],
    ["group_exists('anna')", false],
    ["system_userid_from_username('anna')", 1001],
    ["system_userid_from_username('otto')", null],
    ["system_username_from_userid(1001)", "anna"],
    ["system_username_from_userid('1001')", "anna"],
    ["system_username_from_userid(7)", null],
    ["system_groupid_from_groupname('root')", 0],
    ["system_groupname_from_groupid(50)", "staff"],
    ["system_groupname_from_groupid(51)", null],
  ])("%s is %j", async (text, expected) => expect(await answerOf(text, hostWithFiles())).toBe(expected));

  it.each(["system_username_from_userid('anna')", "system_user_exists(1.5)", "group_exists(None)"])(
    "%s has no id",
    async (text) => await expect(answerOf(text, hostWithFiles())).rejects.toThrow("an id is a whole number"),
  );
});

describe("accounts of the name service", () => {
  function hostAnswering(status: number, stdout: string, asked: ProgramRequest[] = []): FunctionHost {
    const run = (request: ProgramRequest) => {
      asked.push(request);
      return Promise.resolve({ status, stdout });
    };
    return hostOfTest({ run });
  }

  it("are asked for where the files do not have them", async () => {
    const asked: ProgramRequest[] = [];
    const host = hostAnswering(0, "zelda@example.org:*:70000:70000::/home/zelda:/bin/sh\n", asked);
    expect(await answerOf("system_userid_from_username('zelda@example.org')", host)).toBe(70_000);
    expect(asked).toEqual([{ name: "getent", option: "passwd zelda@example.org", deadlineMs: 5000 }]);
    expect(await answerOf("user_exists('root')", host)).toBe(true);
    expect(asked).toHaveLength(1);
  });

  it.each([2, 126, 127])("are none when getent ends with %i", async (status) => {
    expect(await answerOf("user_exists('zelda')", hostAnswering(status, ""))).toBe(false);
  });

  it("are a fault when getent fails", async () => {
    await expect(answerOf("user_exists('zelda')", hostAnswering(124, ""))).rejects.toThrow(
      "getent ended with 124",
    );
  });

  it.each(["zel da", "-s", "a;b", "$(id)", "z".repeat(101)])("are not asked for %j", async (name) => {
    const asked: ProgramRequest[] = [];
    expect(await answerOf(`user_exists('${name}')`, hostAnswering(0, "x:x:1:", asked))).toBe(false);
    expect(asked).toEqual([]);
  });

  it("of this host are found by real programs", async () => {
    const { username, uid } = userInfo();
    expect(await answerOf(`system_userid_from_username('${username}')`)).toBe(uid);
    expect(await answerOf("user_exists('nobody-of-that-name')")).toBe(false);
  });
});

it("every function is described, and no two have one name", () => {
  const names = systemFunctions.flatMap(({ name, aliases = [] }) => [name, ...aliases]);
  expect(new Set(names).size).toBe(names.length);
  for (const { doc, group } of systemFunctions) {
    expect(doc).toMatch(/^[A-Z].*\.$/);
    expect(group).toMatch(/^[a-z]+$/);
  }
  expect(systemFunctions.map(functionPrototype)).toEqual(
    expect.arrayContaining([
      "grep_file(string, path, regexp=False)",
      "check_tcp(host, port, timeout=10)",
      "gossip_get_zone(uuid='')",
      "gossip_count_nodes(group='', state='')",
      "file_hash_match(path, algo, hex)",
      "system_user_exists(name_or_uid)",
    ]),
  );
});

it("what is in the contract is there", () => {
  const names = new Set(systemFunctions.flatMap(({ name, aliases = [] }) => [name, ...aliases]));
  const wanted = `grep_file grep file_exists fileexists is_dir is_link is_plain_file path_dirname ip_is_in_range
    ip_in_range check_tcp ip_to_host host_to_ip has_package system_get_os get_os is_in_group have_group
    is_in_static_group is_in_defined_group system_user_exists user_exists system_group_exists group_exists
    system_userid_from_username system_username_from_userid system_groupid_from_groupname
    system_groupname_from_groupid gossip_get_zone gossip_count_nodes gossip_have_event_type
    compliance_get_state_of_rule hosting_driver_is_active get_env parse_json_file file_hash_match now
    system_is_python_2 system_is_python_3`;
  for (const name of wanted.split(/\s+/)) expect(names).toContain(name);
});
