import { isGiven, isKnownRecord, type KnownRecord, recordAt, recordsIn } from "../../rule/known.ts";
import { type Finding, findingIf, type ResourceRule, textOf } from "../../rule/rule.ts";

/** Whoever reaches Connect needs no more than a token to read the vaults. */
export const connectNotExposed: ResourceRule = {
  name: "connect-not-exposed",
  description: "Connect is reached from inside the cluster only, or with TLS and authentication.",
  looksAt: "Services and Ingresses of Connect, by the chart's labels, ports and names",
  fix: "Use a Service of the type `ClusterIP`; an Ingress needs `tls`, and an annotation by which its controller asks who comes.",
  level: "mandatory",
  checkResource({ type, name, props }) {
    if (/^kubernetes:core\/v1:Service(Patch)?$/.test(type)) {
      const kind = textOf(recordAt(props, "spec").type) ?? "ClusterIP";
      const isOpen = kind === "NodePort" || kind === "LoadBalancer";
      return findingIf(isOpen && isService(props), `The Service ${name} of Connect is a ${kind}.`);
    }
    if (!/^kubernetes:networking\.k8s\.io\/v1:Ingress(Patch)?$/.test(type)) return [];
    return isIngress(props) ? ingressFindings(name, props) : [];
  },
};

function ingressFindings(name: string, props: KnownRecord): readonly Finding[] {
  const { tls } = recordAt(props, "spec");
  const annotations = recordAt(props, "metadata", "annotations");
  const isPlain = !isGiven(tls) || (Array.isArray(tls) && tls.length === 0);
  const hasCertificate = isGiven(annotations["alb.ingress.kubernetes.io/certificate-arn"]);
  const asks = Object.entries(annotations).some(
    ([key, value]) => authentication.test(key) && isGiven(value) && value !== "none",
  );
  return [
    ...findingIf(isPlain && !hasCertificate, `The Ingress ${name} reaches Connect without TLS.`),
    ...findingIf(!asks, `The Ingress ${name} reaches Connect without authentication.`),
  ];
}

function isService(props: KnownRecord): boolean {
  const { ports, selector } = recordAt(props, "spec");
  const hasPort = recordsIn(ports).some(({ name }) => connectPort.test(textOf(name) ?? ""));
  return isLabelled(props) || hasPort || (isKnownRecord(selector) && isApp(selector.app));
}

function isIngress(props: KnownRecord): boolean {
  const { rules } = recordAt(props, "spec");
  const paths = recordsIn(rules).flatMap((rule) => recordsIn(recordAt(rule, "http").paths));
  const services = [
    ...paths.map((path) => recordAt(path, "backend", "service")),
    recordAt(props, "spec", "defaultBackend", "service"),
  ];
  const leadsThere = services.some((service) => {
    const port = textOf(recordAt(service, "port").name) ?? "";
    return isApp(service.name) || connectPort.test(port);
  });
  return isLabelled(props) || leadsThere;
}

function isLabelled(props: KnownRecord): boolean {
  const labels = recordAt(props, "metadata", "labels");
  return /^connect-\d/.test(textOf(labels["helm.sh/chart"]) ?? "");
}

function isApp(name: unknown): boolean {
  return (
    typeof name === "string" && /(^|-)(onepassword|1password|op)-connect$|-connect$/.test(name)
  );
}

const connectPort = /^connect-(api|sync|https)$/;

/** Annotations by which controllers ask for credentials: nginx, HAProxy, Traefik, AWS. */
const authentication =
  /^(nginx\.ingress\.kubernetes\.io\/auth-(url|type|tls-secret)|haproxy(-ingress\.github)?\.(org|io)\/auth-(type|url|tls-secret)|traefik\.ingress\.kubernetes\.io\/router\.middlewares|alb\.ingress\.kubernetes\.io\/auth-type)$/;
