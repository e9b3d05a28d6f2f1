import { builtInResources } from '../../resources.ts';
import { type Body, casesOf } from '../case.ts';

const labels = { app: 'web' };
const main = { name: 'main', image: 'nginx' };
const selector = { matchLabels: labels };

const template = (spec: object = {}, own: object = labels): object => ({ metadata: { labels: own }, spec: { containers: [main], ...spec } });

const workload = (kind: string) => (spec: object = {}): Body => ({ apiVersion: 'apps/v1', kind, metadata: { name: '', namespace: 'default' }, spec: { selector, template: template(), ...spec } });

const [aStatefulSet, aDeployment, aReplicaSet, aDaemonSet] = ['StatefulSet', 'Deployment', 'ReplicaSet', 'DaemonSet'].map(workload) as [ReturnType<typeof workload>, ReturnType<typeof workload>, ReturnType<typeof workload>, ReturnType<typeof workload>];

const withoutSelector = ({ spec, ...rest }: Body): Body => ({ ...rest, spec: Object.fromEntries(Object.entries(spec as object).filter(([name]) => name !== 'selector')) });

const elsewhere = { selector: { matchLabels: { app: 'x' } }, template: { metadata: { labels: { app: 'x' } } } };
const badSelector = { matchExpressions: [{ key: 'app', operator: 'In' }, { key: 'a b', operator: 'X' }] };

const aJob = (spec: object = {}): Body => ({ apiVersion: 'batch/v1', kind: 'Job', metadata: { name: '', namespace: 'default' }, spec: { template: { spec: { containers: [main], restartPolicy: 'Never' } }, ...spec } });
const jobTemplate = (own: object): object => ({ metadata: { labels: own }, spec: { containers: [main], restartPolicy: 'OnFailure' } });

export const workloadCases = [
  ...casesOf(builtInResources.statefulsets, [
    [
      'a StatefulSet with volumes', aStatefulSet({
        serviceName: 's',
        volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } }],
        template: template({ containers: [{ ...main, volumeMounts: [{ name: 'data', mountPath: '/d' }] }] }),
      }),
      ['object', { spec: { replicas: 3 } }],
      ['object', { spec: { serviceName: 'x' } }],
      ['object', { spec: { replicas: -1 } }],
      ['status', { status: { replicas: 1, readyReplicas: 2, availableReplicas: 3 } }],
      ['status', { metadata: { labels: { a: 'b' } }, status: { replicas: 1, collisionCount: 1 } }],
      ['status', { status: { collisionCount: 0 } }],
    ],
    ['a StatefulSet that is wrong', aStatefulSet({
      podManagementPolicy: 'x', updateStrategy: { type: 'y' }, selector: { matchLabels: { app: 'other' } }, replicas: -1, persistentVolumeClaimRetentionPolicy: { whenDeleted: 'z' }, serviceName: 'A',
      template: template({ restartPolicy: 'Never', activeDeadlineSeconds: 1 }), volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: {} }],
    })],
    ['a StatefulSet without a selector', withoutSelector(aStatefulSet())],
    ['a StatefulSet that selects everything', aStatefulSet({ selector: {} })],
    ['a StatefulSet with a wrong selector', aStatefulSet({ selector: badSelector })],
    ['a StatefulSet that updates on deletion', aStatefulSet({ updateStrategy: { type: 'OnDelete', rollingUpdate: { partition: 1 } } })],
  ]),
  ...casesOf(builtInResources.deployments, [
    [
      'a Deployment', aDeployment(),
      ['object', { spec: elsewhere }],
      ['object', { spec: { replicas: 0 } }],
      ['object', { spec: { strategy: { type: 'Recreate' } } }],
      ['object', { spec: { strategy: { type: 'Recreate', rollingUpdate: null } } }],
      ['status', { metadata: { labels: { a: 'b' }, annotations: { c: 'd' } }, status: { replicas: 1, unavailableReplicas: 1 } }],
      ['status', { status: { availableReplicas: 2 } }],
    ],
    ['a Deployment that cannot roll', aDeployment({ strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } }, progressDeadlineSeconds: 1, minReadySeconds: 2, template: template({}, { app: 'no' }) })],
    ['a Deployment with an unknown strategy', aDeployment({ strategy: { type: 'x' }, replicas: -1 })],
    ['a Deployment with wrong percentages and selector', aDeployment({ strategy: { rollingUpdate: { maxSurge: 'a', maxUnavailable: '101%' } }, selector: badSelector })],
    ['a Deployment without a selector', withoutSelector(aDeployment())],
    ['a Deployment that selects everything', aDeployment({ selector: {} })],
  ]),
  ...casesOf(builtInResources.replicasets, [
    [
      'a ReplicaSet', aReplicaSet(),
      ['object', { spec: elsewhere }],
      ['status', { status: { replicas: 1, readyReplicas: 1, availableReplicas: 2 } }],
      ['status', { status: { replicas: 2, readyReplicas: 1 } }],
    ],
    ['a ReplicaSet that selects everything', aReplicaSet({ selector: {} })],
  ]),
  ...casesOf(builtInResources.daemonsets, [
    [
      'a DaemonSet', aDaemonSet({ template: template({ nodeSelector: { a: 'b' } }) }),
      ['object', { spec: elsewhere }],
      ['object', { spec: { template: { spec: { nodeSelector: { x: 'y' } } } } }],
      ['object', { metadata: { annotations: { a: 'b' } } }],
      ['object', { spec: { updateStrategy: { type: 'OnDelete', rollingUpdate: null } } }],
      ['status', { status: { numberReady: 1, desiredNumberScheduled: -1 } }],
      ['status', { status: { numberReady: 1, desiredNumberScheduled: 1, currentNumberScheduled: 1, numberMisscheduled: 0 } }],
    ],
    ['a DaemonSet that surges', aDaemonSet({ updateStrategy: { rollingUpdate: { maxSurge: 1 } } })],
    ['a DaemonSet that does not know how to update', withoutSelector(aDaemonSet({ updateStrategy: { type: 'x' } }))],
    ['a DaemonSet with a wrong selector', aDaemonSet({ selector: badSelector })],
    ['a DaemonSet that selects everything', aDaemonSet({ selector: {} })],
  ]),
  ...casesOf(builtInResources.controllerrevisions, [
    ['a ControllerRevision', { apiVersion: 'apps/v1', kind: 'ControllerRevision', metadata: { name: '', namespace: 'default' }, data: { a: 1 }, revision: 1 }, ['object', { data: { b: 1 } }], ['object', { revision: -1 }]],
    ['a ControllerRevision without data', { apiVersion: 'apps/v1', kind: 'ControllerRevision', metadata: { name: '', namespace: 'default' }, revision: 1 }],
  ]),
  ...casesOf(builtInResources.jobs, [
    [
      'a Job', aJob(),
      ['object', { spec: { completions: 2 } }],
      ['object', { spec: { parallelism: 2 } }],
      ['object', { spec: { template: { metadata: { labels: { x: 'y' } } } } }],
      ['status', { status: { active: 1, startTime: '2026-01-01T00:00:00Z' } }],
    ],
    ['a Job that is wrong', aJob({ template: { spec: { containers: [main] } }, parallelism: -1, completionMode: 'x' })],
    ['a Job takes the labels of its pods', aJob({ template: jobTemplate({ a: 'b' }), completions: 3 })],
    ['a Job has labels of its own', { ...aJob({ template: jobTemplate({ a: 'b' }) }), metadata: { name: '', namespace: 'default', labels: { z: 'z' } } }],
    ['a Job brings its selector', aJob({ manualSelector: true, selector, template: jobTemplate(labels) })],
    ['a Job whose pods have the labels of another', aJob({ template: jobTemplate({ 'job-name': 'x' }) })],
    ['an indexed Job', aJob({ completionMode: 'Indexed', completions: 2, parallelism: 2 }), ['object', { spec: { completions: 3, parallelism: 3 } }], ['object', { spec: { completions: 4 } }]],
  ]),
];
