// What stands on what at present, as checks come and go.
import { type Dependencies, resolveDependencies } from "./dependencies.ts";

type Related = Parameters<typeof resolveDependencies>[0];

export class Beneath {
  readonly #onProblem: (line: string) => void;
  #beneath: Dependencies["beneath"] = new Map();
  #said: ReadonlySet<string> = new Set();

  /** Each problem is told once, as long as it stays. */
  constructor(onProblem: (line: string) => void) {
    this.#onProblem = onProblem;
  }

  /** Identities of what a check stands on. */
  of(id: string): readonly string[] {
    return this.#beneath.get(id) ?? [];
  }

  /** In place of what was there before. */
  resolve(checks: Related): void {
    const { beneath, circles, unknown } = resolveDependencies(checks);
    const lines = [
      ...circles.map(
        (circle) =>
          `depends_on goes in a circle, of which the last step does not count: ${circle.join(" → ")}`,
      ),
      ...unknown.map(unknownLine),
    ];
    for (const line of lines) if (!this.#said.has(line)) this.#onProblem(line);
    this.#beneath = beneath;
    this.#said = new Set(lines);
  }
}

export function unknownLine({ check, name }: Dependencies["unknown"][number]): string {
  return `depends_on of the check ${check} names ${JSON.stringify(name)}, and there is none`;
}
