// Every type of rule there is.
import type { Driver } from "./driver.ts";
import { fileRights } from "./file-rights.ts";
import { getUrl } from "./get-url.ts";
import { packageInstall } from "./package-install.ts";
import { repository } from "./repository.ts";
import { systemUser } from "./system-user.ts";

export const drivers: readonly Driver[] = [fileRights, packageInstall, repository, getUrl, systemUser];
