// A judgement by the name alone, for a plugin that will run on another host.
import { splitShellWords } from "../../formats/shell-words.ts";
import { type Judgement, judgePlugin } from "./judge-plugin.ts";

export function judgeCommand({
  name,
  option,
}: {
  readonly name: string;
  readonly option: string;
}): Judgement {
  const split = splitShellWords(option);
  return "refused" in split ? { kind: "told", reason: split.refused } : judgePlugin(name, split.words);
}
