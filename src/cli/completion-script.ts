// The scripts that teach a shell to ask `yagura complete -- WORDS`.

export const shells = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof shells)[number];

/** The text of a shell's script. The library can only print it, so the console is replaced while it does. */
export async function completionScript(shell: Shell): Promise<string> {
  const { RootCommand } = await import("@bomb.sh/tab");
  const lines: string[] = [];
  const kept = globalThis.console;
  globalThis.console = Object.assign(Object.create(kept) as Console, {
    log: (text: string) => lines.push(text),
  });
  try {
    new RootCommand().setup("yagura", "yagura", shell);
  } finally {
    globalThis.console = kept;
  }
  const script = `${lines.join("\n")}\n`;
  return shell === "bash" ? bashFallback + adaptBash(script) : script;
}

/** What the package bash-completion offers under this name, for hosts that do not have it. */
const bashFallback = `if ! declare -F _get_comp_words_by_ref > /dev/null; then
    _get_comp_words_by_ref() {
        words=("\${COMP_WORDS[@]}")
        cword=$COMP_CWORD
        cur=\${COMP_WORDS[COMP_CWORD]}
        prev=\${COMP_WORDS[COMP_CWORD - 1]}
    }
fi
`;

/**
 * Three changes to the library's script for bash. What was typed is handed over as words and never evaluated: a TAB
 * after `$(...)` must run nothing. Files are completed where the answer asks for it. Reading it twice is no error.
 */
function adaptBash(script: string): string {
  return script
    .replace('eval "$requestComp"', `yagura complete -- "\${words[@]:1}"`)
    .replace("complete -F", "complete -o default -F")
    .replace(/^readonly /gm, "");
}
