import { type Duration, minutes, seconds } from '../../model/time.ts';

/** How long the controllers and the scheduler wait, and how much they do at once. Defaults are those of Kubernetes v1.36. */
export interface Timings {
  /** How often node lifecycle looks at all nodes (`--node-monitor-period`). */
  readonly nodeMonitorPeriod: Duration;
  /** Silence after which a node's conditions become Unknown (`--node-monitor-grace-period`). */
  readonly nodeMonitorGracePeriod: Duration;
  /** The same for a node that never reported Ready (`--node-startup-grace-period`). */
  readonly nodeStartupGracePeriod: Duration;
  /** Nodes per second and zone that get a NoExecute taint (`--node-eviction-rate`). */
  readonly nodeEvictionRate: number;
  /** The same in a large zone that is partly down (`--secondary-node-eviction-rate`); small zones stop. */
  readonly secondaryNodeEvictionRate: number;
  /** A zone is large when it has more nodes (`--large-cluster-size-threshold`). */
  readonly largeClusterSizeThreshold: number;
  /** Share of NotReady nodes from which a zone counts as partly down (`--unhealthy-zone-threshold`). */
  readonly unhealthyZoneThreshold: number;
  /** How often pod GC makes its round. */
  readonly podGcPeriod: Duration;
  /** How long a node has to be gone before pod GC takes its pods. */
  readonly orphanQuarantine: Duration;
  /** How many pods that are over stay (`--terminated-pod-gc-threshold`); 0 keeps all. */
  readonly terminatedPodThreshold: number;
  /** Attach-detach takes a volume from a node that is not Ready, although it is said to be in use, after this; no flag in Kubernetes. */
  readonly maxWaitForUnmount: Duration;
  /** `--disable-force-detach-on-timeout`: such a volume waits for ever. */
  readonly disableForceDetachOnTimeout: boolean;
  /** How long a VolumeAttachment is waited for before the attempt counts as failed. */
  readonly attachTimeout: Duration;
  /** How often it is asked whether what is attached still is (`--attach-detach-reconcile-sync-period`). */
  readonly attachVerifyPeriod: Duration;
  /** First and longest wait after a failed attach or detach of one volume. */
  readonly attachRetryFirst: Duration;
  readonly attachRetryLast: Duration;
  /** How long an evicted pod counts as disrupted when its deletion does not show up. */
  readonly disruptedPodTimeout: Duration;
  /** How long a condition DisruptionTarget may stay True on a pod that is not deleted. */
  readonly staleDisruptionTimeout: Duration;
  /** First and longest wait before a pod that could not be scheduled is tried again. */
  readonly schedulerBackoffFirst: Duration;
  readonly schedulerBackoffLast: Duration;
  /** When an unschedulable pod is tried again although nothing changed. */
  readonly schedulerRetry: Duration;
  /** First and longest wait before a Job replaces failed pods. */
  readonly jobBackoffFirst: Duration;
  readonly jobBackoffLast: Duration;
  /** First and longest wait before a DaemonSet replaces a failed pod of one node. */
  readonly daemonBackoffFirst: Duration;
  readonly daemonBackoffLast: Duration;
}

/** What an installation without flags does. */
export const realTimings: Timings = {
  nodeMonitorPeriod: seconds(5),
  nodeMonitorGracePeriod: seconds(50),
  nodeStartupGracePeriod: seconds(60),
  nodeEvictionRate: 0.1,
  secondaryNodeEvictionRate: 0.01,
  largeClusterSizeThreshold: 50,
  unhealthyZoneThreshold: 0.55,
  podGcPeriod: seconds(20),
  orphanQuarantine: seconds(40),
  terminatedPodThreshold: 12_500,
  maxWaitForUnmount: minutes(6),
  disableForceDetachOnTimeout: false,
  attachTimeout: minutes(2),
  attachVerifyPeriod: minutes(1),
  attachRetryFirst: seconds(0.5),
  attachRetryLast: seconds(122),
  disruptedPodTimeout: minutes(2),
  staleDisruptionTimeout: minutes(2),
  schedulerBackoffFirst: seconds(1),
  schedulerBackoffLast: seconds(10),
  schedulerRetry: minutes(5),
  jobBackoffFirst: seconds(10),
  jobBackoffLast: minutes(10),
  daemonBackoffFirst: seconds(1),
  daemonBackoffLast: minutes(15),
};
