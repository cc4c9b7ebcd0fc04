/**
 * What we use of the Kubernetes client. `bundle.ts` puts it into this file's place, with its types,
 * so that nobody installs the rest of it.
 */
export {
  AppsV1Api,
  AuthorizationV1Api,
  type ConfigurationOptions,
  CoreV1Api,
  CustomObjectsApi,
  KubeConfig,
  Observable,
  type ObservableMiddleware,
  PatchStrategy,
  PortForward,
  setHeaderOptions,
  type V1ConfigMap,
  type V1Container,
  type V1ContainerStatus,
  type V1Deployment,
  type V1EnvVar,
  type V1Namespace,
  type V1ObjectMeta,
  type V1Pod,
  type V1Secret,
} from "@kubernetes/client-node";
