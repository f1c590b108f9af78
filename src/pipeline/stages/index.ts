// Every kind of stage, one line each.
import type { StageKind } from "../stage.ts";
import { filter } from "./filter.ts";
import { rate } from "./rate.ts";
import { rename } from "./rename.ts";
import { rollUp } from "./roll-up.ts";
import { tag } from "./tag.ts";

export const stageKinds: readonly StageKind[] = [rename, tag, filter, rate, rollUp];
