// `yagura complete`: completion for bash, zsh and fish. The script asks `yagura complete -- WORDS` at each TAB.
import { defineCommand } from "../command.ts";
import { completionScript, shells } from "../completion-script.ts";
import { wrongUsage } from "../wrong-usage.ts";

export const command = defineCommand({
  name: "complete",
  summary: "Print the completion script of a shell: bash, zsh or fish.",
  spelling: "raw",
  options: [],
  arguments: "<shell>",
  choices: shells,
  examples: [
    "yagura complete bash > /etc/bash_completion.d/yagura",
    "yagura complete fish > ~/.config/fish/completions/yagura.fish",
  ],
  async run({ words, entries }, { stdout }) {
    const [word, ...others] = words;
    if (word === "--") {
      const { completionAnswer } = await import("../completion-answer.ts");
      stdout.write(await completionAnswer(others, entries));
      return 0;
    }
    const shell = shells.find((one) => one === word) ?? wrongUsage(`name a shell: ${shells.join(", ")}`);
    stdout.write(await completionScript(shell));
    return 0;
  },
});
