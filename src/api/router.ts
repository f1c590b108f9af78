// Method and path → route (contract happo §2.1): one optional trailing slash, HEAD wherever GET is, nothing else.
import FindMyWay from "find-my-way";
import { type Role, roles } from "./access/roles.ts";
import type { Route } from "./route.ts";

export interface Match<Needs> {
  readonly route: Route<Needs>;
  readonly params: Readonly<Record<string, string | undefined>>;
}

export type FindRoute<Needs> = (method: string, url: string) => Match<Needs> | undefined;

export function createRouter<Needs>(routes: readonly Route<Needs>[]): FindRoute<Needs> {
  const router = FindMyWay({ ignoreTrailingSlash: true, caseSensitive: true, maxParamLength: 255 });
  for (const route of routes) {
    // An answer without an end has no head of its own to ask for.
    const hasHead = route.method === "GET" && route.gives === undefined;
    router.on(hasHead ? ["GET", "HEAD"] : [route.method], route.path, () => {}, route);
  }
  return (method, url) => {
    const path = pathOf(url);
    const found = router.find(method as "GET", path);
    return found === null ? undefined : { route: found.store as Route<Needs>, params: found.params };
  };
}

function pathOf(url: string): string {
  const end = url.search(/[?#]/);
  return end < 0 ? url : url.slice(0, end);
}

/**
 * The role that a path asks for, whatever the method: the weightiest of them. Undefined where no route stands there; what
 * asks for none where it stands asks for `read` from afar.
 */
export function createRoleOf<Needs>(findRoute: FindRoute<Needs>): (path: string) => Role | undefined {
  return (path) => {
    const found = (["GET", "POST", "PUT", "DELETE"] as const).flatMap(
      (method) => findRoute(method, path)?.route ?? [],
    );
    const places = found.map(({ role = "read" }) => roles.indexOf(role));
    return places.length === 0 ? undefined : roles[Math.max(...places)];
  };
}
