// Names of packages as they may be given to a package manager.

/**
 * Nothing that a package manager takes for an option, a file, a pattern or an order: apt removes `name-`. A version may
 * follow after `=`.
 */
export function isPackageName(name: string): boolean {
  return name.length <= 200 && /^[a-z0-9][a-z0-9+._:~=-]*$/i.test(name) && !name.endsWith("-");
}
