// The groups of this node: those of the configuration, those that were added by hand, and those that were detected.
import type { Happening } from "../../event/index.ts";

export interface NodeGroupsNeeds {
  readonly tell: (happening: Happening) => void;
  /** The groups are others than before. */
  readonly onChange: () => void;
}

export class NodeGroups {
  readonly #needs: NodeGroupsNeeds;
  readonly #fixed: Set<string>;
  #detected: ReadonlySet<string>;

  /** `detected` are those of before a restart. */
  constructor(fixed: readonly string[], detected: readonly string[], needs: NodeGroupsNeeds) {
    this.#needs = needs;
    this.#fixed = new Set(fixed);
    this.#detected = new Set(detected);
  }

  /** Sorted. */
  get all(): readonly string[] {
    return [...new Set([...this.#fixed, ...this.#detected])].sort();
  }

  /** Those that no detector takes away. */
  get fixed(): readonly string[] {
    return [...this.#fixed].sort();
  }

  get detected(): readonly string[] {
    return [...this.#detected].sort();
  }

  has(group: string): boolean {
    return this.#fixed.has(group) || this.#detected.has(group);
  }

  isFixed(group: string): boolean {
    return this.#fixed.has(group);
  }

  setDetected(groups: readonly string[]): void {
    this.#change(() => {
      this.#detected = new Set(groups);
    });
  }

  /** False when it is there already. */
  add(group: string): boolean {
    if (this.#fixed.has(group)) return false;
    this.#change(() => this.#fixed.add(group));
    return true;
  }

  /** False when it is not there by hand; a detected group cannot be taken away. */
  remove(group: string): boolean {
    if (!this.#fixed.has(group)) return false;
    this.#change(() => this.#fixed.delete(group));
    return true;
  }

  #change(apply: () => void): void {
    const before = new Set(this.all);
    apply();
    const after = new Set(this.all);
    const added = [...after].filter((group) => !before.has(group));
    const removed = [...before].filter((group) => !after.has(group));
    for (const group of added) this.#needs.tell({ type: "group", change: "add", group });
    for (const group of removed) this.#needs.tell({ type: "group", change: "remove", group });
    if (added.length + removed.length > 0) this.#needs.onChange();
  }
}
