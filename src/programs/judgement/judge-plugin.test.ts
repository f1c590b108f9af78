import { describe, expect, it } from "vitest";
import { splitShellWords } from "../../formats/shell-words.ts";
import { judgePlugin } from "./judge-plugin.ts";
import { pluginTable, valuePattern } from "./plugin-table.ts";
import table from "./plugins.json" with { type: "json" };

function judge(line: string) {
  const split = splitShellWords(line);
  if ("refused" in split) throw new Error(split.refused);
  const [name = "", ...words] = split.words;
  return judgePlugin(name, words);
}

/** A judgement in a word, the targets behind it. */
function inShort(line: string): string {
  const judgement = judge(line);
  return judgement.kind === "connects" ? `connects ${judgement.targets.join(" ")}`.trim() : judgement.kind;
}

/** The words with every target at 192.0.2.1, or at ::1 where it says so. */
function pinned(line: string): string {
  const judgement = judge(line);
  if (judgement.kind !== "connects") throw new Error(JSON.stringify(judgement));
  return judgement.pin((target) => (target === "six.example" ? "2001:db8::1" : "192.0.2.1")).join(" ");
}

describe("harmless", () => {
  it.each([
    "check_dummy",
    "check_dummy 0 'all well'",
    "check_load -w 5,4,3 -c 10,6,4",
    "check_load -rw5,4,3 --critical=10,6,4",
    "check_load --warning 5,4,3 --percpu",
    "check_disk -w 10% -c 5% -p / -p /var -l",
    "check_disk 80 90 /",
    "check_disk -w 1 -c 1 -A -i '^/run/[a-z.]+$'",
    "check_procs -w 1:200 -c 1: -C sshd -a 'sshd -D' -m RSS -u root",
    "check_procs -kc1: --ereg-argument-array '^/usr/s?bin/cron'",
    "check_procs -w -5",
    "check_swap -w 20% -c 10% -a -n ok",
    "check_users 5 10",
    "check_users -w 5 -c 10",
    "check_file_age -w 240 -c 600 -f /var/log/syslog",
    "check_file_age /var/log/syslog",
    "check_mailq -w 10 -c 20 -M postfix",
    "check_apt -l -o -t 30",
    "check_apt --include '^linux-' --exclude x",
    "check_cluster -s -l pair -c 1 -d 0,2",
    "check_sensors --ignore-fault",
    "check_ide_smart -d /dev/sda",
    "check_ide_smart --device=/dev/nvme0n1",
    "check_host_load -w5 -c 10",
  ])("%s", (line) => {
    expect(inShort(line)).toBe("harmless");
  });
});

describe("told", () => {
  it.each([
    // Runs what it is given.
    'negate "/bin/sh -c id"',
    "negate /bin/id",
    "urlize http://x /bin/id",
    "check_by_ssh -H h -C id",
    "check_apt -u",
    "check_apt -U",
    "check_apt -d",
    "check_apt -ln -U'-o Dpkg::Pre-Invoke::=id'",
    "check_apt --upgrade='-o x=y'",
    "check_apt --update",
    // Reads or writes files.
    "check_log -F /etc/shadow -O /dev/null -q root",
    "check_log",
    "check_nagios -F /etc/shadow -e 1 -C x",
    "check_mrtg -F /etc/shadow",
    "check_apt --input-file=/etc/shadow",
    "check_procs --input-file /etc/shadow",
    "check_http -H h -J /etc/shadow",
    "check_http -H h --client-cert=/etc/shadow",
    "check_http -H h -K/etc/shadow",
    "check_curl -H h --cookie-jar=/etc/cron.d/x",
    "check_curl -H h --ca-cert /etc/shadow",
    "check_radius -H h -F /etc/shadow -u a -p b",
    "check_ide_smart -d /dev/watchdog",
    "check_ide_smart -d /dev/../etc/shadow",
    "check_snmp -H h -o 1.3 -m /etc/shadow",
    "check_snmp -H h -o 1.3 --rate",
    // Reads options from any file, wherever it stands and however it is written.
    "check_load --extra-opts=@/etc/shadow",
    "check_load --extra-opts @/etc/shadow",
    "check_load --extra-o=@/etc/shadow",
    "check_load -w --extra-opts=x@/etc/shadow",
    "check_load -- --extra-opts=@/etc/shadow",
    "check_disk -w 1 -c 1 -p --extra-opts",
    "check_dummy 0 --extra-opts=@/etc/shadow",
    // Shows other people's command lines.
    "check_procs -v",
    "check_procs -vvv -C x",
    "check_procs -kvv",
    "check_load -n 5",
    "check_load -rn5",
    "check_load --procs-to-show=5",
    // Cannot be read exactly.
    "check_load --warn 5",
    "check_load -x",
    "check_load -w",
    "check_load --percpu=1",
    "check_load --warning",
    "check_load 5 10",
    "check_users 5 -c 10",
    "check_users 5 10 15",
    "check_disk -to 5 -w 1",
    "check_http -hn h",
    "check_http -H h -wt -Isomewhere",
    "check_smtp -H h -ct x",
    "check_file_age -f/etc/passwd",
    "check_file_age -if /etc/passwd",
    "check_file_age -f -i",
    "check_mailq --sudo",
    "check_mailq +sudo",
    "check_file_age +i",
    "check_mailq -s",
    "check_mailq -M x",
    "check_procs -u 'a\tb'",
    // Would make the plugin use up the host's memory.
    "check_procs --ereg-argument-array '((a{1,250}){1,250}){1,250}'",
    "check_http -H h -r '(a*)*\\1'",
    "check_procs --ereg-argument-array '((((x+)+)+)+)+'",
    "check_procs --ereg-argument-array 'x++++++++'",
    "check_disk -w 1 -c 1 -r 'x*+'",
    "check_apt -i 'x?+'",
    "check_snmp -H h -o 1.3 -R '\\(x\\)\\+'",
    // Connects somewhere else, or as if it were somebody.
    "check_http -H h -f follow",
    "check_http -H h -f sticky",
    "check_http -H h --onredirect=curl",
    "check_http -H h -j CONNECT",
    "check_http -H h -j GET:CONNECT",
    "check_http -H h -P x=1",
    "check_http -H h -k 'X-Forwarded-For: 127.0.0.1'",
    "check_http -H h -b user:password",
    "check_http h",
    "check_http -I 192.0.2.1 -H a -H b",
    "check_http -I 192.0.2.1 -I 192.0.2.2",
    "check_curl -H 127.0.0.1 -I 192.0.2.1 -S",
    "check_curl -H h -u @other/",
    "check_curl -H h -u http://other/",
    "check_curl -H h:80",
    "check_http -u /",
    "check_tcp -H /run/docker.sock",
    "check_tcp -H h -p 25 -s 'HELO x'",
    "check_tcp -H h -p 25 -Eq x",
    "check_tcp -H 'a b'",
    "check_tcp -H 127.1",
    "check_tcp -H 2130706433",
    "check_tcp -H 0x7f000001",
    "check_tcp -H 0177.0.0.1",
    "check_tcp -H fe80::1%eth0",
    "check_tcp -H -x",
    "check_tcp -H ''",
    "check_tcp -H a -p 1 b",
    "check_udp -H h -p 53 -s x -e y",
    "check_ping -H a,b -w 1,1% -c 1,1%",
    "check_ping -w 1,1% -c 1,1%",
    "check_icmp --help -H h",
    "check_icmp -H a b",
    "check_icmp -H h -s x",
    "check_fping -H h -n 100000",
    "check_fping -H h -i 1",
    "check_fping -H h -I 'eth0 -f /etc/shadow'",
    "check_dig -H h -l -f/etc/shadow",
    "check_dig -H h -l x -A -f/etc/shadow",
    "check_dig -H h -l x -T -f",
    "check_dns -H '-f x' -s h",
    "check_smtp -H h -C 'MAIL FROM:<a>'",
    "check_smtp -H h -f root@h",
    "check_snmp -H h -o -Lf",
    "check_snmp -H h -o 1.3,-Lf/etc/x",
    "check_snmp -H h -o 1.3 -f %n",
    "check_snmp -H udp:h -o 1.3",
    "check_nt -H h -v COUNTER -l '%n'",
    "check_pgsql -H h -l x",
    "check_mysql -H h",
    "check_mysql_query -q x",
    "check_ldap -H h -b dc=x",
    "check_dhcp",
    "check_rpc -H h -C nfs",
    "check_disk_smb -H h -s x",
    "utils.sh",
  ])("%s", (line) => {
    expect(inShort(line)).toBe("told");
  });

  it("says why", () => {
    expect(judge("check_load -n 5")).toEqual({ kind: "told", reason: "the option -n" });
    expect(judge("check_log")).toMatchObject({ reason: expect.stringContaining("files") });
    expect(judgePlugin("check_load", ["-w", "1\n2"])).toEqual({
      kind: "told",
      reason: "a control character",
    });
  });
});

it.each(["check_of_nobody", "constructor", "__proto__", "toString", "", "check_load ", "../check_load"])(
  "%j is unknown",
  (name) => {
    expect(judgePlugin(name, [])).toEqual({ kind: "unknown" });
  },
);

describe("connects", () => {
  it.each([
    ["check_http -H www.example", "www.example", "-I 192.0.2.1 -H www.example"],
    ["check_http -Hwww.example -S1.2+ --sni", "www.example", "-I 192.0.2.1 -Hwww.example -S1.2+ --sni"],
    ["check_http -I web.example -H www.example", "web.example", "-I 192.0.2.1 -H www.example"],
    ["check_http --IP-address=web -u /x", "web", "--IP-address=192.0.2.1 -u /x"],
    ["check_http -46Iweb", "web", "-46I192.0.2.1"],
    ["check_http -H www.example --", "www.example", "-I 192.0.2.1 -H www.example --"],
    ["check_curl -H six.example -S -D", "six.example", "-I 2001:db8::1 -H six.example -S -D"],
    ["check_tcp -H h -p 22", "h", "-H 192.0.2.1 -p 22"],
    ["check_tcp -p 22", "127.0.0.1", "-H 192.0.2.1 -p 22"],
    ["check_tcp -6p22 -H ::1", "::1", "-6p22 -H 192.0.2.1"],
    ["check_tcp -H a -H b", "a b", "-H 192.0.2.1 -H 192.0.2.1"],
    ["check_tcp h", "h", "192.0.2.1"],
    ["check_ftp --hostname h", "h", "--hostname 192.0.2.1"],
    ["check_ssh -p 22 h", "h", "-p 22 192.0.2.1"],
    ["check_ssh -- h 22", "h", "-- 192.0.2.1 22"],
    ["check_smtp -H h -S -D 14,7", "h", "-H 192.0.2.1 -S -D 14,7"],
    ["check_ping -H h -w 1,1% -c 2,2% -p 1", "h", "-H 192.0.2.1 -w 1,1% -c 2,2% -p 1"],
    ["check_ping h 1 2 3 4 5", "h", "192.0.2.1 1 2 3 4 5"],
    ["check_icmp a b c", "a b c", "192.0.2.1 192.0.2.1 192.0.2.1"],
    ["check_dns -H www.example", "", "-H www.example"],
    ["check_dns -H www.example -s dns.example", "dns.example", "-H www.example -s 192.0.2.1"],
    ["check_dig -H h -l www.example -T AAAA", "h", "-H 192.0.2.1 -l www.example -T AAAA"],
    ["check_ntp_time -H h", "h", "-H 192.0.2.1"],
    ["check_snmp -H h -C public -o 1.3.6.1,1.3.6.2", "h", "-H 192.0.2.1 -C public -o 1.3.6.1,1.3.6.2"],
    ["check_nt -H h -v CPULOAD -l 5,80,90", "h", "-H 192.0.2.1 -v CPULOAD -l 5,80,90"],
  ])("%s to %s", (line, targets, words) => {
    expect(inShort(line)).toBe(`connects ${targets}`.trim());
    expect(pinned(line)).toBe(words);
  });

  it("never takes for an address what is none", () => {
    const judgement = judge("check_tcp -H h -p 22");
    if (judgement.kind !== "connects") throw new Error(judgement.kind);
    expect(() => judgement.pin(() => "/run/docker.sock")).toThrow("is no address");
  });
});

it("reads the whole table", () => {
  const { plugins } = pluginTable.parse(table);
  for (const [name, entry] of Object.entries(plugins)) {
    if (entry.kind === "like") expect(Object.keys(plugins), name).toContain(entry.plugin);
    if (!("options" in entry)) continue;
    const plain = new Set(["flag", "target", "host", "name", "address"]);
    for (const kind of [...Object.values(entry.options), ...entry.positional]) {
      if (!plain.has(kind))
        expect(() => valuePattern(kind.replace(/^\?/, "")), `${name}: ${kind}`).not.toThrow();
    }
  }
});
