import type * as provider_pb from "@pulumi/pulumi/proto/provider_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import { type PropertyChange, renderPath } from "./property-diff.ts";
import { fromStruct, toStruct } from "./property-struct.ts";
import { type PropertyMap, withoutSecrets } from "./property-value.ts";
/** Inputs to check; `old` are those of last time, none for one that is new or to be replaced. */
export type CheckRequest = ReturnType<typeof checkRequest>;
export type DiffRequest = ReturnType<typeof diffRequest>;
export type CreateRequest = ReturnType<typeof createRequest>;
/** Inputs and state are empty when a resource is imported or looked up. */
export type ReadRequest = ReturnType<typeof readRequest>;
export type UpdateRequest = ReturnType<typeof updateRequest>;
export type DeleteRequest = ReturnType<typeof deleteRequest>;

export interface CheckResult {
  readonly inputs: PropertyMap;
  readonly failures?: readonly { readonly property: string; readonly reason: string }[];
}

export interface DiffResult {
  readonly changes: readonly (PropertyChange & { readonly replaces: boolean })[];
  readonly deleteBeforeReplace: boolean;
}

export interface CreateResult {
  /** Empty at preview. */
  readonly id: string;
  readonly state: PropertyMap;
}

/** Undefined if the resource is gone. */
export type ReadResult = (CreateResult & CheckResult) | undefined;

export function checkRequest(request: provider_pb.CheckRequest) {
  const autonaming = request.getAutonaming();
  const { DISABLE } = messages.CheckRequest.AutonamingOptions.Mode;
  const old = fromStruct(request.getOlds());
  return {
    ...identityOf(request),
    old: Object.keys(old).length === 0 ? undefined : old,
    inputs: fromStruct(request.getNews()),
    /** Seed of random names, so that a preview and its update agree. */
    randomSeed: request.getRandomseed_asU8(),
    /** What the stack's settings ask for; `"disabled"` forbids random names. */
    autonaming:
      autonaming?.getMode() === DISABLE
        ? ("disabled" as const)
        : autonaming && { name: autonaming.getProposedName() },
  };
}

export function checkResponse({ inputs, failures = [] }: CheckResult): provider_pb.CheckResponse {
  return new messages.CheckResponse()
    .setInputs(toStruct(inputs))
    .setFailuresList(
      failures.map(({ property, reason }) =>
        new messages.CheckFailure().setProperty(property).setReason(reason),
      ),
    );
}

/** Diffs are taken on plain values: whether something is secret never changes the resource. */
export function diffRequest(request: provider_pb.DiffRequest) {
  return {
    ...identityOf(request),
    id: request.getId(),
    oldState: withoutSecrets(fromStruct(request.getOlds())),
    inputs: withoutSecrets(fromStruct(request.getNews())),
    ignoreChanges: request.getIgnorechangesList(),
  };
}

export function diffResponse(result: DiffResult): provider_pb.DiffResponse {
  const { DIFF_SOME, DIFF_NONE } = messages.DiffResponse.DiffChanges;
  const { changes, deleteBeforeReplace } = result;
  const replaced = changes.filter(({ replaces }) => replaces);
  const response = new messages.DiffResponse()
    .setChanges(changes.length === 0 ? DIFF_NONE : DIFF_SOME)
    .setReplacesList(replaced.map(({ path }) => renderPath(path)))
    .setDeletebeforereplace(deleteBeforeReplace)
    .setHasdetaileddiff(true);
  for (const change of changes) {
    const kind = new messages.PropertyDiff().setKind(diffKind(change)).setInputdiff(true);
    response.getDetaileddiffMap().set(renderPath(change.path), kind);
  }
  return response;
}

export function createRequest(request: provider_pb.CreateRequest) {
  return {
    ...identityOf(request),
    ...optionsOf(request),
    inputs: fromStruct(request.getProperties()),
  };
}

export function readRequest(request: provider_pb.ReadRequest) {
  return {
    ...identityOf(request),
    id: request.getId(),
    inputs: fromStruct(request.getInputs()),
    state: fromStruct(request.getProperties()),
  };
}

/** An empty id tells the engine that the resource is gone. */
export function readResponse(result: ReadResult): provider_pb.ReadResponse {
  if (!result) return new messages.ReadResponse();
  return new messages.ReadResponse()
    .setId(result.id)
    .setInputs(toStruct(result.inputs))
    .setProperties(toStruct(result.state));
}

export function updateRequest(request: provider_pb.UpdateRequest) {
  return {
    ...identityOf(request),
    ...optionsOf(request),
    id: request.getId(),
    oldState: fromStruct(request.getOlds()),
    inputs: fromStruct(request.getNews()),
    ignoreChanges: request.getIgnorechangesList(),
  };
}

export function deleteRequest(request: provider_pb.DeleteRequest) {
  return {
    ...identityOf(request),
    id: request.getId(),
    state: fromStruct(request.getProperties()),
    timeoutSeconds: request.getTimeout(),
  };
}

/** A URN ends in `::<type, parents' types first>::<name>`. */
function identityOf(request: { getUrn(): string }) {
  const urn = request.getUrn();
  const [, , types = "", ...name] = urn.split("::");
  return { urn, type: types.slice(types.lastIndexOf("$") + 1), name: name.join("::") };
}

/** `timeoutSeconds` are the user's `customTimeouts`, 0 if not set. */
function optionsOf(request: { getPreview(): boolean; getTimeout(): number }) {
  return { preview: request.getPreview(), timeoutSeconds: request.getTimeout() };
}

function diffKind({ kind, replaces }: DiffResult["changes"][number]) {
  const kinds = messages.PropertyDiff.Kind;
  switch (kind) {
    case "add":
      return replaces ? kinds.ADD_REPLACE : kinds.ADD;
    case "update":
      return replaces ? kinds.UPDATE_REPLACE : kinds.UPDATE;
    case "delete":
      return replaces ? kinds.DELETE_REPLACE : kinds.DELETE;
  }
}
