import type { KubeObject } from '../../api-server/object.ts';
import { controllerReference } from './owner.ts';
import type { PodSpec, PodTemplate, Words } from './objects.ts';

/** What a controller adds to its template for one pod. */
export interface PodExtras {
  /** Without one the server makes it of the owner's name; Kubernetes leaves the prefix there in both cases. */
  readonly name?: string;
  readonly generateName?: string;
  readonly labels?: Words;
  readonly annotations?: Words;
  readonly spec?: Partial<PodSpec> & { readonly hostname?: string; readonly subdomain?: string };
}

/** A pod to create: the template's metadata and spec, controlled by `owner`. */
export function podFromTemplate(owner: KubeObject, template: PodTemplate, extras: PodExtras = {}): object {
  const { labels, annotations, finalizers } = template.metadata ?? {};
  const name = { generateName: extras.generateName ?? `${owner.metadata.name}-`, ...(extras.name === undefined ? {} : { name: extras.name }) };
  const allAnnotations = { ...annotations, ...extras.annotations };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...name,
      namespace: owner.metadata.namespace,
      labels: { ...labels, ...extras.labels },
      ...(Object.keys(allAnnotations).length === 0 ? {} : { annotations: allAnnotations }),
      ...(finalizers === undefined ? {} : { finalizers }),
      ownerReferences: [controllerReference(owner)],
    },
    spec: { ...template.spec, ...extras.spec },
  };
}
