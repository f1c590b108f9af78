// Completion: the scripts, and what they are answered.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { run } from "../../../test/support/cli.ts";
import { directoryOfTest, writeScript } from "../../../test/support/temporary.ts";

/** The candidates and the directive for words typed so far. */
async function candidates(...words: string[]): Promise<[string[], string]> {
  const { stdout } = await run(["complete", "--", ...words]);
  const lines = stdout.trimEnd().split("\n");
  return [lines.slice(0, -1).map((line) => line.split("\t")[0] ?? ""), lines.at(-1) ?? ""];
}

describe("candidates", () => {
  it.each<[string[], string[]]>([
    [["con"], ["config"]],
    [
      ["config", ""],
      ["check", "show", "schema", "hash-token"],
    ],
    [
      ["config", "s"],
      ["show", "schema"],
    ],
    [["agent", "inf"], ["info"]],
    [
      ["agent", "st"],
      ["start", "stop"],
    ],
    [
      ["agent", "parameters", "s"],
      ["show", "set"],
    ],
    [["agent", "print", "l"], ["local-addr"]],
    [
      ["packs", "parameters", ""],
      ["get", "set"],
    ],
    [
      ["check", "--to"],
      ["--token", "--token-file"],
    ],
    [
      ["complete", ""],
      ["bash", "zsh", "fish"],
    ],
    [["complete", "z"], ["zsh"]],
    [["config", "show", "--e"], ["--effective"]],
    [["config", "show", "--origin", "--e"], ["--effective"]],
    [["is_"], ["is_added"]],
    [["nothing"], []],
    [["$(touch x)"], []],
  ])("%j", async (words, expected) => {
    expect(await candidates(...words)).toEqual([expected, ":4"]);
  });

  it.each([[["config", "check", "--config", ""]], [["status", "--home", "x"]], [["daemon", "-config", ""]]])(
    "%j lets the shell offer files",
    async (words) => {
      expect(await candidates(...words)).toEqual([[], ":0"]);
    },
  );

  it("say what they are, nouns too", async () => {
    const { stdout } = await run(["complete", "--", "c"]);
    expect(stdout).toContain("config\tCommands about the configuration.\n");
    expect(stdout).toContain("check\tAsk an agent for one check");
  });

  it("can be had for no words at all", async () => {
    expect((await run(["complete", "--"])).exit).toBe(0);
  });
});

describe("scripts", () => {
  it.each([
    ["bash", "complete -o default -F __yagura_complete yagura"],
    ["zsh", "#compdef yagura"],
    ["fish", "complete -c yagura"],
  ])("%s", async (shell, line) => {
    const { exit, stdout, stderr } = await run(["complete", shell]);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
    expect(stdout).toContain(line);
  });

  it("bash asks yagura with the words as they are, and evaluates none", async () => {
    const directory = directoryOfTest();
    const { stdout } = await run(["complete", "bash"]);
    writeFileSync(join(directory, "script"), stdout);
    // The candidates come from the words that the program was given.
    writeScript(
      directory,
      "yagura",
      `printf '%s\\n' "$@" > ${directory}/asked; printf 'show\\tx\\nschema\\ty\\n:4\\n'`,
    );
    const test = `
      source ${directory}/script; source ${directory}/script
      compopt() { :; }
      COMP_WORDS=(yagura config '$(touch ${directory}/evil)' s); COMP_CWORD=3
      __yagura_complete
      echo "\${COMPREPLY[@]}"`;
    const environment = { PATH: `${directory}:/usr/bin:/bin` };
    const printed = execFileSync("bash", ["--norc", "-c", test], {
      env: environment,
      stdio: ["ignore", "pipe", "pipe"],
    });
    expect(printed.toString()).toBe("show schema\n");
    const asked = execFileSync("cat", [`${directory}/asked`]).toString();
    expect(asked).toBe(`complete\n--\nconfig\n$(touch ${directory}/evil)\ns\n`);
    expect(() => execFileSync("test", ["-e", `${directory}/evil`])).toThrow();
  });
});
