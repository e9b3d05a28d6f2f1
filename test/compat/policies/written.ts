/** A policy file whose verdict both deschedulers have to agree on. */
export interface WrittenCase {
  readonly id: string;
  readonly text: string;
}

const head = 'apiVersion: descheduler/v1alpha2\nkind: DeschedulerPolicy\n';

export const pointOf = (plugin: string): string => (/Duplicates|Topology|Utilization/u.test(plugin) ? 'balance' : plugin === 'DefaultEvictor' ? 'filter' : 'deschedule');

/** One profile with one plugin; `args` as YAML in flow style, or JSON. */
export const withArgs = (plugin: string, args: string): string =>
  `${head}profiles:\n- name: p\n  pluginConfig:\n  - name: ${plugin}\n    args: ${args}\n  plugins:\n    ${pointOf(plugin)}: {enabled: [${plugin}]}\n`;

const tops: Readonly<Record<string, string>> = {
  'POL-1, an old flag at the top': `${head}evictLocalStoragePods: true\nprofiles: []\n`,
  'POL-2, an extension point in the wrong case': `${head}profiles:\n- name: p\n  plugins: {preEvictionFilter: {enabled: [DefaultEvictor]}}\n`,
  'POL-5, a plugin under the wrong extension point': `${head}profiles:\n- name: p\n  pluginConfig: [{name: RemoveDuplicates}]\n  plugins: {deschedule: {enabled: [RemoveDuplicates]}}\n`,
  'POL-6, a plugin without its entry': `${head}profiles:\n- name: p\n  plugins: {balance: {enabled: [RemoveDuplicates]}}\n`,
  'POL-7, a plugin that is not enabled': `${head}profiles:\n- name: p\n  pluginConfig: [{name: RemoveDuplicates}]\n`,
  'POL-9, a total of nothing': `${head}maxNoOfPodsToEvictTotal: 0\nprofiles: []\n`,
  'POL-12, no apiVersion': 'kind: DeschedulerPolicy\nprofiles:\n- name: p\n  plugins: {balance: {enabled: [Nonsense]}}\n',
  'POL-14, an unknown plugin in pluginConfig': `${head}profiles:\n- name: p\n  pluginConfig: [{name: Nonsense, args: {a: 1}}]\n`,
  'an unknown plugin that is enabled': `${head}profiles:\n- name: p\n  pluginConfig: []\n  plugins: {deschedule: {enabled: [Nonsense]}}\n`,
  'an unknown plugin under filter': `${head}profiles:\n- name: p\n  plugins: {filter: {enabled: [PodLifeTime]}}\n`,
  'an unknown plugin under preevictionfilter': `${head}profiles:\n- name: p\n  plugins: {preevictionfilter: {enabled: [Nonsense]}}\n`,
  'anything under presort and sort': `${head}profiles:\n- name: p\n  plugins: {presort: {enabled: [X]}, sort: {enabled: [Y]}}\n`,
  'anything under disabled': `${head}profiles:\n- name: p\n  plugins: {deschedule: {disabled: [X]}}\n`,
  'an older version': 'apiVersion: descheduler/v1alpha1\nkind: DeschedulerPolicy\nstrategies: {}\n',
  'another group': 'apiVersion: apps/v1\nkind: DeschedulerPolicy\n',
  'another kind': 'apiVersion: descheduler/v1alpha2\nkind: Policy\n',
  'no kind': 'apiVersion: descheduler/v1alpha2\nprofiles: []\n',
  'neither version nor kind': 'profiles: []\n',
  'an empty file': '',
  'only a comment': '# nothing\n',
  'a list': '- a\n- b\n',
  'a word': 'hello\n',
  'YAML that is none': 'profiles: [\n',
  'a tab for indentation': `${head}profiles:\n\t- name: p\n`,
  'two documents': `${head}profiles: []\n---\napiVersion: nonsense\n`,
  'a key twice': `${head}maxNoOfPodsToEvictTotal: -1\nmaxNoOfPodsToEvictTotal: 1\n`,
  'a YAML 1.1 boolean': `${head}evictionFailureEventNotification: yes\n`,
  'a string for a boolean': `${head}evictionFailureEventNotification: "yes"\n`,
  'a JSON policy': '{"apiVersion": "descheduler/v1alpha2", "kind": "DeschedulerPolicy", "profiles": [{"name": "p"}]}',
  'a float without fraction in YAML': `${head}maxNoOfPodsToEvictTotal: 5.0\n`,
  'a fraction': `${head}maxNoOfPodsToEvictTotal: 1.5\n`,
  'a field in the wrong case': `${head}Profiles: 7\nmaxnoofpodstoevicttotal: x\n`,
  'profiles that are null': `${head}profiles: null\n`,
  'profiles that are a map': `${head}profiles: {}\n`,
  'a profile without a name': `${head}profiles:\n- pluginConfig: []\n`,
  'a profile that is null': `${head}profiles:\n- null\n`,
  'two profiles of one name': `${head}profiles:\n- name: p\n- name: p\n`,
  'a node selector with a syntax error': `${head}nodeSelector: "a in b"\nprofiles: []\n`,
  'a node selector with a bad key': `${head}nodeSelector: "-a=b"\nprofiles: []\n`,
  'an empty node selector': `${head}nodeSelector: ""\nprofiles: []\n`,
  'a plugin configured twice': `${head}profiles:\n- name: p\n  pluginConfig: [{name: PodLifeTime, args: {maxPodLifeTimeSeconds: 5}}, {name: PodLifeTime, args: {}}]\n`,
  'problems in two plugins': `${head}profiles:\n- name: p\n  pluginConfig: [{name: PodLifeTime, args: {}}, {name: RemovePodsHavingTooManyRestarts, args: {}}]\n`,
  'a metrics source twice': `${head}metricsProviders: [{source: KubernetesMetrics}, {source: KubernetesMetrics}]\n`,
  'a metrics source in both forms': `${head}metricsProviders: [{source: KubernetesMetrics}]\nmetricsCollector: {enabled: true}\n`,
  'Prometheus without its block': `${head}metricsProviders: [{source: Prometheus}]\n`,
  'Prometheus without an address': `${head}metricsProviders: [{source: Prometheus, prometheus: {url: ""}}]\n`,
  'Prometheus with a bad address': `${head}metricsProviders: [{source: Prometheus, prometheus: {url: "http://a b:x"}}]\n`,
  'a Prometheus token without a reference': `${head}metricsProviders: [{source: Prometheus, prometheus: {url: "http://p", authToken: {}}}]\n`,
  'other thresholds with Prometheus, of a plugin that is not enabled': `${head}profiles:\n- name: p\n  pluginConfig: [{name: LowNodeUtilization, args: {thresholds: {cpu: 20}, targetThresholds: {cpu: 50}, metricsUtilization: {source: Prometheus, prometheus: {query: up}}}}]\n`,
  'other thresholds with Prometheus, of a plugin that is enabled': `${head}profiles:\n- name: p\n  pluginConfig: [{name: LowNodeUtilization, args: {thresholds: {cpu: 20}, targetThresholds: {cpu: 50}, metricsUtilization: {source: Prometheus, prometheus: {query: up}}}}]\n  plugins: {balance: {enabled: [LowNodeUtilization]}}\n`,
  'a Prometheus token without a namespace': `${head}metricsProviders: [{source: Prometheus, prometheus: {url: "http://p", authToken: {secretReference: {name: a}}}}]\n`,
};

const resources = '{cpu: 20, memory: 20}';

/** Args by plugin; each is one case. */
const args: Readonly<Record<string, readonly string[]>> = {
  DefaultEvictor: [
    '{nodefit: true}', '{minPodAge: 3600}', '{minPodAge: 1h}', '{minPodAge: 1d}', '{minPodAge: ""}', '{minPodAge: -5m}', '{minReplicas: -1}', '{minReplicas: 1.5}', '{minReplicas: 2.0}',
    '{noEvictionPolicy: Always}', '{noEvictionPolicy: ""}', '{noEvictionPolicy: Preferred}', '{noEvictionPolicy: mandatory}', '{nodeSelector: 5}', '{nodeSelector: "a in b"}',
    '{priorityThreshold: {value: 5, name: class-300}}', '{priorityThreshold: {value: 2000000001}}', '{priorityThreshold: {value: 2147483648}}', '{priorityThreshold: {value: -7}}', '{priorityThreshold: {name: class-300}}',
    '{priorityThreshold: {name: nobody}}', '{priorityThreshold: {name: ""}}', '{priorityThreshold: {}}', '{priorityThreshold: {value: 5, name: ""}}', '{priorityThreshold: {values: 5}}',
    '{podProtections: {defaultDisabled: [PodsWithPVC]}}', '{podProtections: {defaultDisabled: [DaemonSetPods, DaemonSetPods]}}', '{podProtections: {extraEnabled: [DaemonSetPods]}}',
    '{podProtections: {extraEnabled: [PodsWithPVC, PodsWithPVC]}}', '{podProtections: {extraEnabled: [Nonsense], defaultDisabled: [Other]}}', '{podProtections: {}}', '{podProtections: {defaultDisabled: []}, evictDaemonSetPods: true}',
    '{podProtections: {defaultDisabled: [DaemonSetPods]}, evictDaemonSetPods: true}', '{podProtections: {extraEnabled: [PodsWithPVC]}, ignorePvcPods: true}', '{podProtections: {defaultDisabled: [DaemonSetPods]}, evictDaemonSetPods: false}',
    '{podProtections: {extraEnabled: [PodsWithPVC], config: {PodsWithPVC: {protectedStorageClasses: [{name: ""}]}}}}', '{podProtections: {config: {PodsWithPVC: {protectedStorageClasses: [{name: ""}]}}}}',
    '{podProtections: {config: {PodsWithPVC: {protectedStorageClasses: [gold]}}}}', '{podProtections: {config: {podsWithPVC: {}}}}', '{podProtections: {config: {PodsWithPVC: {classes: []}}}}',
    '{labelSelector: {matchExpressions: [{key: a, operator: Near, values: [b]}]}}', '{labelSelector: {matchExpressions: [{key: a, operator: In}]}}', '{labelSelector: {}}', '{labelSelector: {matchLabels: {a: 1}}}',
    '{namespaceLabelSelector: {matchExpressions: [{key: a, operator: Exists, values: [b]}]}}', '{namespaceLabelSelector: {matchLabels: {"-a": b}}}', '{apiVersion: x, kind: z}', '{apiVersion: x, kind: y}', '{apiVersion: 5}', '{kind: null}', 'null', '[]', '5', '{a: {b: 1}, c: 2}',
  ],
  PodLifeTime: [
    '{}', '{maxPodLifeTimeSeconds: -1}', '{maxPodLifeTimeSeconds: 0}', '{maxPodLifeTimeSeconds: "5"}', '{states: []}', '{states: [Running]}', '{states: [running]}', '{states: [Running, Bogus]}', '{ownerKinds: {include: [Job]}}',
    '{maxPodLifeTimeSeconds: 5, ownerKinds: {include: [Job], exclude: [Job]}}', '{conditions: [{}]}', '{conditions: []}', '{conditions: [{type: Ready}]}', '{conditions: [{type: Ready}, {}]}', '{conditions: [{minTimeSinceLastTransitionSeconds: 0}]}',
    '{conditions: [{minTimeSinceLastTransitionSeconds: -1}]}', '{conditions: [{typ: Ready}]}', '{exitCodes: []}', '{exitCodes: [1]}', '{exitCodes: [2147483648]}', '{exitCodes: ["1"]}', '{exitCodes: [-1]}',
    '{maxPodLifeTimeSeconds: 5, namespaces: {include: [a], exclude: [b]}}', '{maxPodLifeTimeSeconds: 5, namespaces: {include: [], exclude: [b]}}', '{maxPodLifeTimeSeconds: 5, namespaces: {includes: [a]}}',
    '{maxPodLifeTimeSeconds: 5, labelSelector: {matchExpressions: [{key: a, operator: Near, values: [b]}]}}', '{maxPodLifeTimeSeconds: 5, labelSelector: {matchLabels: {"a b": c}}}', '{maxPodLifeTimeSeconds: 18446744073709551615}', '{maxPodLifeTimeSeconds: 1e3}', '{podStatusPhases: [Running]}',
  ],
  RemovePodsHavingTooManyRestarts: ['{}', '{podRestartThreshold: 0}', '{podRestartThreshold: -1}', '{podRestartThreshold: 1}', '{podRestartThreshold: 2147483648}', '{podRestartThreshold: 5, states: [Running]}', '{podRestartThreshold: 5, states: [Pending]}', '{podRestartThreshold: 5, states: [CrashLoopBackOff, ""]}', '{podRestartThreshold: 5, includingInitContainers: "true"}', '{podRestartThreshold: 5, namespaces: {include: [a], exclude: [b]}}', '{podRestartThreshold: 5, labelSelector: {matchExpressions: [{key: a, operator: NotIn}]}}'],
  RemoveFailedPods: ['{}', 'null', '{minPodLifetimeSeconds: -1}', '{minPodLifetimeSeconds: 0}', '{excludeOwnerKinds: Job}', '{reasons: [x]}', '{reasons: [1]}', '{exitCodes: [1.5]}', '{exitCodes: [1, 2.0]}', '{namespaces: {include: [a], exclude: [b]}}', '{labelSelector: {matchLabels: {a: "-"}}}', '{minPodLifeTimeSeconds: 5}'],
  RemovePodsViolatingNodeAffinity: ['{}', '{nodeAffinityType: []}', '{nodeAffinityType: [requiredDuringSchedulingIgnoredDuringExecution]}', '{nodeAffinityType: [nonsense]}', '{nodeAffinityType: requiredDuringSchedulingIgnoredDuringExecution}', '{nodeAffinityType: [x], namespaces: {include: [a], exclude: [b]}}', '{nodeAffinityType: [x], labelSelector: {matchExpressions: [{operator: In}]}}'],
  RemovePodsViolatingNodeTaints: ['{}', '{includedTaints: [a], excludedTaints: [b]}', '{includedTaints: [], excludedTaints: [b]}', '{includedTaints: []}', '{includedTaints: null}', '{includePreferNoSchedule: 1}', '{namespaces: {include: [a], exclude: [b]}}', '{labelSelector: {matchExpressions: [{key: a, operator: DoesNotExist, values: [x]}]}}'],
  RemovePodsViolatingInterPodAntiAffinity: ['{}', '{namespaces: {include: [a], exclude: [b]}}', '{labelSelector: {matchExpressions: [{key: a, operator: Gt, values: ["1"]}]}}', '{nodeFit: true}'],
  RemoveDuplicates: ['{}', 'null', '{namespaces: {include: [a], exclude: [b]}}', '{namespaces: []}', '{excludeOwnerKinds: [5]}', '{labelSelector: {}}'],
  RemovePodsViolatingTopologySpreadConstraint: ['{}', '{constraints: []}', '{constraints: [DoNotSchedule, Nonsense]}', '{constraints: [doNotSchedule]}', '{topologyBalanceNodeFit: "false"}', '{includeSoftConstraints: true}', '{namespaces: {include: [a], exclude: [b]}}', '{labelSelector: {matchExpressions: [{key: a, operator: ""}]}}'],
  LowNodeUtilization: [
    '{}', `{thresholds: ${resources}}`, `{targetThresholds: ${resources}}`, `{thresholds: ${resources}, targetThresholds: ${resources}}`, `{thresholds: {}, targetThresholds: {}}`, '{thresholds: {cpu: 20}, targetThresholds: {memory: 50}}', '{thresholds: {cpu: 20}, targetThresholds: {cpu: 50, memory: 50}}',
    '{thresholds: {cpu: 60}, targetThresholds: {cpu: 50}}', '{thresholds: {cpu: 60}, targetThresholds: {cpu: 50}, useDeviationThresholds: true}', '{thresholds: {cpu: 101}, targetThresholds: {cpu: 50}}', '{thresholds: {cpu: -1}, targetThresholds: {cpu: 50}}', '{thresholds: {cpu: 20}, targetThresholds: {cpu: 120}}', '{thresholds: {cpu: "20"}, targetThresholds: {cpu: 50}}', '{thresholds: {cpu: 20.5}, targetThresholds: {cpu: 50}}',
    '{thresholds: {nonsense: 20}, targetThresholds: {nonsense: 50}}', '{thresholds: {cpu: 20}, targetThresholds: {cpu: 50}, numberOfNodes: -1}', '{thresholds: {cpu: 20}, targetThresholds: {cpu: 50}, numberOfNodes: 1.5}', '{thresholds: {cpu: 20}, targetThresholds: {cpu: 50}, evictableNamespaces: {include: [a]}}', '{thresholds: {cpu: 20}, targetThresholds: {cpu: 50}, evictableNamespaces: {include: [a], exclude: [b]}}', '{thresholds: {cpu: 20}, targetThresholds: {cpu: 50}, evictableNamespaces: {namespaces: {exclude: [a]}}}',
    '{thresholds: {cpu: 20}, targetThresholds: {cpu: 50}, evictionLimits: {node: -1}}', '{thresholds: {cpu: 20}, targetThresholds: {cpu: 50}, evictionLimits: {node: 0}}', '{thresholds: {cpu: 20}, targetThresholds: {cpu: 50}, evictionLimits: {}}', '{thresholds: {cpu: 20}, targetThresholds: {cpu: 50}, evictionLimits: {nodes: 1}}', '{thresholds: {cpu: 20}, targetThresholds: {cpu: 50}, evictionModes: []}', '{thresholds: {cpu: 20}, targetThresholds: {cpu: 50}, labelSelector: {}}',
    '{thresholds: {cpu: 20}, targetThresholds: {cpu: 50}, metricsUtilization: {metricsServer: true, source: KubernetesMetrics}}', '{thresholds: {cpu: 20}, targetThresholds: {cpu: 50}, metricsUtilization: {source: KubernetesMetrics, prometheus: {query: a}}}', '{thresholds: {cpu: 20}, targetThresholds: {cpu: 50}, metricsUtilization: {source: Prometheus}}', '{thresholds: {cpu: 20}, targetThresholds: {cpu: 50}, metricsUtilization: {source: Prometheus, prometheus: {query: ""}}}',
    '{thresholds: {cpu: 20}, targetThresholds: {cpu: 50}, metricsUtilization: {source: Nonsense}}', '{thresholds: {cpu: 20}, targetThresholds: {cpu: 50}, metricsUtilization: {}}', '{thresholds: {cpu: null}, targetThresholds: {cpu: 50}}', '{thresholds: 5, targetThresholds: {cpu: 50}}',
  ],
  HighNodeUtilization: ['{}', '{thresholds: {}}', `{thresholds: ${resources}}`, '{thresholds: {cpu: 101}}', '{thresholds: {cpu: -0.5}}', '{thresholds: {cpu: 100}}', '{thresholds: {cpu: 0}}', '{thresholds: {cpu: 20}, evictionModes: [OnlyThresholdingResources]}', '{thresholds: {cpu: 20}, evictionModes: [Nonsense]}', '{thresholds: {cpu: 20}, evictionModes: []}', '{thresholds: {cpu: 20}, evictableNamespaces: {include: [a]}}', '{thresholds: {cpu: 20}, evictableNamespaces: {namespaces: {exclude: [a]}}}', '{thresholds: {cpu: 20}, numberOfNodes: -1}', '{thresholds: {cpu: 20}, targetThresholds: {cpu: 50}}', '{thresholds: {cpu: 20}, useDeviationThresholds: true}'],
};

/** Policies that people write, good and bad. */
export const written: readonly WrittenCase[] = [
  ...Object.entries(tops).map(([id, text]) => ({ id, text })),
  ...Object.entries(args).flatMap(([plugin, all]) => all.map((each) => ({ id: `${plugin} ${each}`, text: withArgs(plugin, each) }))),
];
