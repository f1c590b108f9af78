// What a collector found, whole: numbers become series, everything is there for expressions and people.

/** A measured value, or a fact that is no number. */
export type Leaf = number | string | boolean | null | readonly Leaf[] | readonly Reading[];

/** By key, in as many levels as the collector has. */
export interface Reading {
  readonly [key: string]: Leaf | Reading;
}
