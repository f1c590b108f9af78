// Who asks, as far as it is known, and what that one may do.
import type { ProgramPermission } from "./program-permission.ts";
import type { Role } from "./roles.ts";

export interface Caller {
  readonly name: string;
  readonly roles: ReadonlySet<Role>;
  readonly programs: ProgramPermission;
  /** True: nobody says who it is, but for the place that it comes from. */
  readonly isAnonymous: boolean;
  /** True for users of this host, and whoever is not told from them: an address says nothing of them. */
  readonly isOfThisHost?: boolean;
  /** As whom programs run for it, where not as for others. */
  readonly user: string | undefined;
}
