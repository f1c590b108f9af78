// Method and path → route (contract happo §2.1): one optional trailing slash, HEAD wherever GET is, nothing else.
import FindMyWay from "find-my-way";
import type { Route } from "./route.ts";

export interface Match<Needs> {
  readonly route: Route<Needs>;
  readonly params: Readonly<Record<string, string | undefined>>;
}

export type FindRoute<Needs> = (method: string, url: string) => Match<Needs> | undefined;

export function createRouter<Needs>(routes: readonly Route<Needs>[]): FindRoute<Needs> {
  const router = FindMyWay({ ignoreTrailingSlash: true, caseSensitive: true, maxParamLength: 200 });
  for (const route of routes) {
    const methods = route.method === "GET" ? (["GET", "HEAD"] as const) : ([route.method] as const);
    router.on([...methods], route.path, () => {}, route);
  }
  return (method, url) => {
    const path = url.replace(/[?#].*$/s, "");
    const found = router.find(method as "GET", path);
    return found === null ? undefined : { route: found.store as Route<Needs>, params: found.params };
  };
}
