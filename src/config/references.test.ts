// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references in a configuration have this form.
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { testSections as sections } from "../../test/support/config-sections.ts";
import { directoryOfTest } from "../../test/support/temporary.ts";
import { loadConfig } from "./load.ts";
import { fillIn } from "./references.ts";

function place(): { directory: string; environment: Record<string, string> } {
  const directory = directoryOfTest();
  mkdirSync(join(directory, "credentials"));
  writeFileSync(join(directory, "token"), "from file\n\n", { mode: 0o600 });
  writeFileSync(join(directory, "open"), "x", { mode: 0o600 });
  chmodSync(join(directory, "open"), 0o644);
  writeFileSync(join(directory, "credentials/db"), "from systemd\n");
  writeFileSync(join(directory, "bytes"), Buffer.from([0xff, 0xfe]), { mode: 0o600 });
  execFileSync("/bin/sh", ["-c", 'mkfifo -m 600 "$0"', join(directory, "pipe")]);
  return {
    directory,
    environment: { NAME: "from env", EMPTY: "", CREDENTIALS_DIRECTORY: join(directory, "credentials") },
  };
}

describe("fillIn", () => {
  it.each([
    ["plain", "plain"],
    ["${env:NAME}", "from env"],
    ["<${env:NAME}-${env:NAME}>", "<from env-from env>"],
    ["${env:EMPTY}", ""],
    ["${file:token}", "from file\n"],
    ["${cred:db}", "from systemd"],
    ["$${env:NAME}", "${env:NAME}"],
    ["$$${env:NAME}", "$${env:NAME}"],
    ["$x $ $$ }{", "$x $ $$ }{"],
  ])("makes of %j %j", (text, filled) => {
    expect(fillIn(text, place())).toEqual({ text: filled });
  });

  it.each([
    ["${env:GONE}", "the variable GONE is not set"],
    ["${env:toString}", "the variable toString is not set"],
    ["${file:gone}", "gone: ENOENT: no such file or directory"],
    ["${file:open}", "open: others have access to it (mode 0644); take that away with chmod o-rwx"],
    ["${file:credentials}", "credentials: it is not a regular file"],
    ["${file:pipe}", "pipe: it is not a regular file"],
    ["${file:bytes}", "bytes: "],
    ["${file:a\0b}", "cannot read"],
    ["${cred:gone}", "gone: ENOENT"],
    ["${cred:../token}", "must be a name without a slash"],
    ["${cred:..}", "must be a name without a slash"],
    ["${NAME}", "expected ${env:NAME}, ${file:PATH}, ${cred:NAME}; write $${ for a literal ${"],
    ["${env:}", "expected ${env:NAME}"],
    ["${env:NAME", "expected ${env:NAME}"],
  ])("refuses %j", (text, why) => {
    expect(fillIn(text, place())).toEqual({ wrong: expect.stringContaining(why) });
  });

  it("needs systemd for credentials", () => {
    const wrong = "the variable CREDENTIALS_DIRECTORY is not set";
    expect(fillIn("${cred:db}", { directory: "/", environment: {} })).toEqual({ wrong });
  });
});

describe("references in a configuration", () => {
  it("are filled in only where a value is local, relative to the file that names them", () => {
    const { directory, environment } = place();
    const text = [
      "api:",
      "  banner: ${env:NAME}",
      "  tls: { certificate: '${env:NAME}/c', key: /k }",
      "  callers: [{ name: '${env:NAME}', token: '${file:token}' }]",
      "store: { secrets: { '${env:NAME}': '${cred:db}' } }",
    ];
    writeFileSync(join(directory, "f"), text.join("\n"));
    const { value, given } = loadConfig({
      sections,
      environment,
      overlays: [],
      file: join(directory, "f"),
      directory: "/",
    });
    expect(value).toMatchObject({
      api: {
        banner: "${env:NAME}",
        tls: { certificate: join(directory, "from env/c") },
        callers: [{ name: "${env:NAME}", token: "from file\n" }],
      },
      store: { secrets: { "${env:NAME}": "from systemd" } },
    });
    expect(given).toMatchObject({ api: { callers: [{ token: "${file:token}" }] } });
  });

  it("that cannot be filled in are told with their place, once", () => {
    const { directory, environment } = place();
    writeFileSync(join(directory, "f"), "store:\n  pin: ${env:GONE}\n");
    const load = () => loadConfig({ sections, environment, overlays: [], file: "f", directory });
    expect(load).toThrow(`${directory}/f:2:8: store.pin: the variable GONE is not set`);
    expect(load).toThrow(/^[^\n]+$/);
  });
});
