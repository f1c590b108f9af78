// Every route, one line each.

import type { CollectorsNeeds } from "../collector-answer.ts";
import type { Route } from "../route.ts";
import { type AgentInfoNeeds, agentInfo, stop } from "./agent-info.ts";
import { type ApiListNeeds, apiList } from "./api-list.ts";
import { type CertificateAcknowledgeNeeds, certificateAcknowledge } from "./certificate-acknowledge.ts";
import { type ChangesNeeds, changes } from "./changes.ts";
import { type ChecksNeeds, checkResult, checkRun, checks } from "./checks.ts";
import { collector } from "./collector.ts";
import { collectorHistory } from "./collector-history.ts";
import { collectors } from "./collectors.ts";
import { type CommandsNeeds, commands } from "./commands.ts";
import { type ComplianceNeeds, complianceLaunch, complianceState } from "./compliance.ts";
import { type DashboardsNeeds, dashboard, dashboards } from "./dashboards.ts";
import { type DetectorsNeeds, detectors, detectorsRun, detectorsState, groupEditing } from "./detectors.ts";
import { type DockerNeeds, docker } from "./docker.ts";
import { docs } from "./docs.ts";
import { type DowntimesNeeds, downtimeAdd, downtimeRemove, downtimes } from "./downtimes.ts";
import { type EvaluatorNeeds, evaluatorEval, evaluatorList } from "./evaluator.ts";
import { type EventsNeeds, eventSocket, eventStream, events } from "./events.ts";
import { type GraphiteNeeds, graphite } from "./graphite.ts";
import { type HandlersNeeds, handlers, handlersTest } from "./handlers.ts";
import { health } from "./health.ts";
import { type HistoryNeeds, history } from "./history.ts";
import { influxPing, influxQuery } from "./influx-query.ts";
import { type InfluxWriteNeeds, influxWrite, influxWrite2 } from "./influx-write.ts";
import { type InputsNeeds, inputs } from "./inputs.ts";
import { type InventoryNeeds, inventory } from "./inventory.ts";
import { type LodaPostNeeds, lodaPost } from "./loda-post.ts";
import { type MachineStateNeeds, machineState } from "./machine-state.ts";
import { type MachineStatesNeeds, machineStates } from "./machine-states.ts";
import { type MetricNeeds, metric } from "./metric.ts";
import { type MetricAppendNeeds, metricAppend } from "./metric-append.ts";
import { type MetricConfigUpdateNeeds, metricConfigUpdate } from "./metric-config-update.ts";
import { metricStatus } from "./metric-status.ts";
import { type MetricsNeeds, metrics } from "./metrics.ts";
import { type MonitorNeeds, monitor } from "./monitor.ts";
import { type MonitoringNeeds, monitoring } from "./monitoring.ts";
import { type DescriptionNeeds, openapi } from "./openapi.ts";
import { type OutputsNeeds, outputs } from "./outputs.ts";
import { type PacksNeeds, packs } from "./packs.ts";
import { type ProxyNeeds, proxy } from "./proxy.ts";
import { type ReportedNeeds, reported } from "./reported.ts";
import { series } from "./series.ts";
import { type SeriesTopNeeds, seriesTop } from "./series-top.ts";
import { type StatusNeeds, status } from "./status.ts";
import { type MemoryNeeds, statusMemory } from "./status-memory.ts";
import { type RequestCountNeeds, statusRequest } from "./status-request.ts";
import { type TapNeeds, tap } from "./tap.ts";

export type RouteNeeds = AgentInfoNeeds &
  ApiListNeeds &
  ChangesNeeds &
  ChecksNeeds &
  CollectorsNeeds &
  ComplianceNeeds &
  DashboardsNeeds &
  DetectorsNeeds &
  DockerNeeds &
  DowntimesNeeds &
  EvaluatorNeeds &
  EventsNeeds &
  HandlersNeeds &
  MonitoringNeeds &
  PacksNeeds &
  CommandsNeeds &
  GraphiteNeeds &
  HistoryNeeds &
  InfluxWriteNeeds &
  InputsNeeds &
  InventoryNeeds &
  LodaPostNeeds &
  MachineStateNeeds &
  MachineStatesNeeds &
  MemoryNeeds &
  MetricAppendNeeds &
  MetricConfigUpdateNeeds &
  MetricNeeds &
  MetricsNeeds &
  MonitorNeeds &
  DescriptionNeeds &
  CertificateAcknowledgeNeeds &
  OutputsNeeds &
  ProxyNeeds &
  ReportedNeeds &
  RequestCountNeeds &
  SeriesTopNeeds &
  StatusNeeds &
  TapNeeds;

export const routes: readonly Route<RouteNeeds>[] = [
  health,
  monitor,
  inventory,
  metric,
  metricAppend,
  metricConfigUpdate,
  metricStatus,
  proxy,
  metrics,
  history,
  series,
  seriesTop,
  inputs,
  outputs,
  reported,
  tap,
  ...graphite,
  influxWrite,
  influxWrite2,
  influxPing,
  influxQuery,
  lodaPost,
  collectors,
  collector,
  collectorHistory,
  status,
  statusMemory,
  statusRequest,
  machineStates,
  machineState,
  checks,
  checkRun,
  checkResult,
  downtimes,
  downtimeAdd,
  downtimeRemove,
  certificateAcknowledge,
  ...monitoring,
  ...changes,
  events,
  eventStream,
  eventSocket,
  detectors,
  detectorsState,
  ...detectorsRun,
  ...groupEditing,
  evaluatorList,
  evaluatorEval,
  complianceState,
  complianceLaunch,
  ...docker,
  handlers,
  handlersTest,
  dashboards,
  dashboard,
  packs,
  ...agentInfo,
  stop,
  commands,
  apiList,
  openapi,
  docs,
];
