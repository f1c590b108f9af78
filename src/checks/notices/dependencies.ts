// Which checks stand on which others: a notice is held back while what lies beneath has a problem.

/** Identity → identities of what it depends on. */
export interface Dependencies {
  readonly beneath: ReadonlyMap<string, readonly string[]>;
  /** Each circle that was found, as a path that ends where it begins; its last step was left out. */
  readonly circles: readonly (readonly string[])[];
  /** `check → name` of those that name nothing. */
  readonly unknown: readonly { readonly check: string; readonly name: string }[];
}

interface Named {
  readonly id: string;
  readonly name: string;
}

/** A check may be named by its identity, or by its bare name where only one has it. */
export function resolveDependencies(
  checks: readonly (Named & { readonly dependsOn: readonly string[] })[],
): Dependencies {
  const find = finder(checks);
  const unknown: { check: string; name: string }[] = [];
  const wanted = new Map<string, string[]>();
  for (const { id, dependsOn } of checks) {
    const found = dependsOn.map((name) => ({ name, target: find(name) }));
    wanted.set(
      id,
      found.flatMap(({ target }) => target ?? []),
    );
    for (const { name, target } of found) if (target === undefined) unknown.push({ check: id, name });
  }
  const { beneath, circles } = new Walk(wanted);
  return { beneath, circles, unknown };
}

function finder(checks: readonly Named[]): (name: string) => string | undefined {
  const ids = new Set(checks.map(({ id }) => id));
  const named = new Map<string, string[]>();
  for (const { id, name } of checks) named.set(name, [...(named.get(name) ?? []), id]);
  return (name) => {
    const alike = named.get(name) ?? [];
    if (ids.has(name)) return name;
    return alike.length === 1 ? alike[0] : undefined;
  };
}

/** Goes every way once, with a stack of its own: chains may be as long as there are checks. */
class Walk {
  readonly beneath = new Map<string, string[]>();
  readonly circles: string[][] = [];
  readonly #wanted: ReadonlyMap<string, readonly string[]>;
  readonly #path: { readonly id: string; readonly rest: string[] }[] = [];
  readonly #onPath = new Set<string>();

  constructor(wanted: ReadonlyMap<string, readonly string[]>) {
    this.#wanted = wanted;
    for (const start of wanted.keys()) {
      if (!this.beneath.has(start)) this.#enter(start);
      while (this.#path.length > 0) this.#step();
    }
  }

  #enter(id: string): void {
    this.#path.push({ id, rest: [...(this.#wanted.get(id) ?? [])] });
    this.#onPath.add(id);
    this.beneath.set(id, []);
  }

  #step(): void {
    const top = this.#path.at(-1);
    const next = top?.rest.shift();
    if (top === undefined || next === undefined) {
      this.#path.pop();
      if (top !== undefined) this.#onPath.delete(top.id);
      return;
    }
    if (this.#onPath.has(next)) {
      const ids = this.#path.map(({ id }) => id);
      this.circles.push([...ids.slice(ids.indexOf(next)), next]);
      return;
    }
    this.beneath.get(top.id)?.push(next);
    if (!this.beneath.has(next)) this.#enter(next);
  }
}
