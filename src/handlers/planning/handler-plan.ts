// A handler as it is to be: what the configuration and objects come to.
import { dirname } from "node:path";
import type { JudgedState } from "../../event/index.ts";
import type { Audience, ToldType } from "../addressing.ts";
import type { HandlersConfig } from "../config.ts";
import type { HandlerKind } from "../handler.ts";
import { kinds } from "../kinds/index.ts";
import { type FindTemplate, findByPath } from "../templates/template-files.ts";

export interface HandlerPlan extends Audience {
  readonly kind: HandlerKind;
  /** The kind's own keys. */
  readonly settings: unknown;
  readonly deadlineMs: number;
  readonly maxAgeMs: number;
  /** Where it was written. */
  readonly place: string;
  readonly findTemplate: FindTemplate;
}

/** What every handler can be told. */
export interface CommonSettings {
  readonly name?: string | undefined;
  readonly enabled: boolean;
  readonly enabled_if_group?: string | undefined;
  readonly severities: readonly JudgedState[];
  readonly events: readonly ToldType[];
  readonly deadline: number;
  readonly max_age?: number | undefined;
}

interface Origin {
  readonly kind: HandlerKind;
  readonly name: string;
  readonly place: string;
  readonly queueAgeMs: number;
  readonly findTemplate: FindTemplate;
}

export function planOf(settings: CommonSettings, { queueAgeMs, ...origin }: Origin): HandlerPlan {
  return {
    ...origin,
    settings,
    enabled: settings.enabled,
    onlyInGroup: settings.enabled_if_group,
    severities: settings.severities,
    events: settings.events,
    deadlineMs: settings.deadline,
    maxAgeMs: settings.max_age ?? queueAgeMs,
  };
}

/** The handlers of the main configuration, in the order of the list. */
export function plansOfConfig(config: HandlersConfig): HandlerPlan[] {
  return kinds.flatMap((kind) => {
    const several = ((config as Record<string, unknown>)[kind.name] ?? []) as readonly CommonSettings[];
    return several.map((settings, place) => {
      const files = kind.templates(settings).filter((file) => file?.startsWith("/") === true) as string[];
      return planOf(settings, {
        ...{ kind, name: settings.name ?? kind.name, queueAgeMs: config.queue.max_age },
        place: `handlers.${kind.name}${several.length > 1 ? `.${place}` : ""}`,
        findTemplate: findByPath([...new Set(files.map((file) => dirname(file)))]),
      });
    });
  });
}
