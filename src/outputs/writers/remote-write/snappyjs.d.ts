// What is used of the package snappyjs, which has no types of its own.
declare module "snappyjs" {
  /** Snappy's block format. */
  export function compress(bytes: Buffer): Buffer;
  export function uncompress(bytes: Buffer): Buffer;
}
