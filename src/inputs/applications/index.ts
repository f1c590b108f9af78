// Every collector of an application, one line each. They run where the configuration names them.
import type { Collector } from "../collector.ts";
import { apache } from "./apache.ts";
import { mongodb } from "./mongodb.ts";
import { mysql } from "./mysql.ts";
import { nginx } from "./nginx.ts";
import { rabbitmq } from "./rabbitmq.ts";
import { redis } from "./redis.ts";

export const applicationCollectors: readonly Collector[] = [apache, mongodb, mysql, nginx, rabbitmq, redis];
