import { beforeAll, describe, expect, it } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import type { Config } from '../../src/config/options.ts';
import { longestWaitSeconds } from '../../src/nginx/longest-wait.ts';
import { deployed, loadEnvironment, unknownVariables } from './deployed.ts';

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: Spec;
  readonly stringData?: Readonly<Record<string, string>>;
}

interface Variable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: { readonly secretKeyRef: { readonly name: string; readonly key: string } };
}

interface Container {
  readonly env: readonly Variable[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly readinessProbe: { readonly httpGet: { readonly path: string; readonly port: string } };
  readonly livenessProbe: { readonly httpGet: { readonly path: string; readonly port: string } };
}

interface Spec {
  readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
  readonly podSelector: { readonly matchLabels: Readonly<Record<string, string>> };
  readonly template: {
    readonly metadata: { readonly labels: Readonly<Record<string, string>> };
    readonly spec: {
      readonly enableServiceLinks: boolean;
      readonly terminationGracePeriodSeconds: number;
      readonly containers: readonly Container[];
    };
  };
  readonly ports: readonly { readonly targetPort: string }[];
  readonly rules: readonly { readonly http: { readonly paths: readonly { readonly backend: Backend }[] } }[];
}

interface Backend {
  readonly service: { readonly name: string; readonly port: { readonly name: string } };
}

/** The kinds that the example has, with the version under which Kubernetes knows each. */
const KINDS: Readonly<Record<string, string>> = {
  Namespace: 'v1',
  Secret: 'v1',
  Deployment: 'apps/v1',
  Service: 'v1',
  PodDisruptionBudget: 'policy/v1',
  NetworkPolicy: 'networking.k8s.io/v1',
  Ingress: 'networking.k8s.io/v1',
};

let manifests: readonly Manifest[];
let container: Container;
let config: Config;
let env: Readonly<Record<string, string>>;

const of = (kind: string) => {
  const found = manifests.find((manifest) => manifest.kind === kind);
  if (found === undefined) throw new Error(`there is no ${kind}`);
  return found;
};

beforeAll(async () => {
  const documents = parseAllDocuments(await deployed('kubernetes/comet.yaml'));
  expect(documents.flatMap(({ errors }) => errors)).toEqual([]);
  manifests = documents.map((document) => document.toJS() as Manifest);
  const [first] = of('Deployment').spec.template.spec.containers;
  if (first === undefined) throw new Error('the deployment has no container');
  container = first;
  const secrets = of('Secret').stringData ?? {};
  env = Object.fromEntries(
    container.env.map(({ name, value, valueFrom }) => [
      name,
      value ?? secrets[valueFrom?.secretKeyRef.key ?? ''] ?? '',
    ]),
  );
  const loaded = loadEnvironment(env);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  config = loaded.config;
});

describe('deploy/kubernetes/comet.yaml', () => {
  it('has manifests of the kinds and versions that Kubernetes knows, all in one namespace', () => {
    expect(new Set(manifests.map(({ kind }) => kind))).toEqual(new Set(Object.keys(KINDS)));
    for (const { apiVersion, kind, metadata } of manifests) {
      expect([kind, apiVersion]).toEqual([kind, KINDS[kind]]);
      if (kind !== 'Namespace') expect([kind, metadata.namespace]).toEqual([kind, of('Namespace').metadata.name]);
    }
  });

  it('has an environment under which the server starts, and takes no variables of services', () => {
    expect(unknownVariables(env)).toEqual([]);
    expect(config).toMatchObject({ host: '0.0.0.0', workers: 1 });
    for (const { valueFrom } of container.env) {
      if (valueFrom !== undefined) expect(valueFrom.secretKeyRef.name).toBe(of('Secret').metadata.name);
    }
    expect(of('Deployment').spec.template.spec.enableServiceLinks).toBe(false);
  });

  it('refers to ports and labels that are there', () => {
    const labels = of('Deployment').spec.template.metadata.labels;
    for (const kind of ['Deployment', 'PodDisruptionBudget'])
      expect(of(kind).spec.selector.matchLabels).toEqual(labels);
    expect(of('Service').spec.selector).toEqual(labels);
    expect(of('NetworkPolicy').spec.podSelector.matchLabels).toEqual(labels);
    const ports = new Map(container.ports.map(({ name, containerPort }) => [name, containerPort]));
    expect(ports.get('http')).toBe(config.port);
    expect(ports.get('admin')).toBe(config.adminPort);
    expect(of('Service').spec.ports.map(({ targetPort }) => targetPort)).toEqual(['http']);
    const [path] = of('Ingress').spec.rules[0]?.http.paths ?? [];
    expect(path?.backend.service.name).toBe(of('Service').metadata.name);
    const { readinessProbe, livenessProbe } = container;
    expect(readinessProbe.httpGet).toEqual({ path: '/readyz', port: 'http' });
    expect(livenessProbe.httpGet).toEqual({ path: '/healthz', port: 'admin' });
  });

  it('leaves time for what takes time', () => {
    const grace = of('Deployment').spec.template.spec.terminationGracePeriodSeconds;
    expect(grace).toBeGreaterThanOrEqual(config.shutdownDelay + config.drainSeconds + 15);
    const timeout = of('Ingress').metadata.annotations?.['nginx.ingress.kubernetes.io/proxy-read-timeout'];
    expect(Number(timeout)).toBe(longestWaitSeconds(config) + config.drainSeconds + 30);
  });
});
