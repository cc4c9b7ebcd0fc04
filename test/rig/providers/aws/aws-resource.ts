import type { PropertyMap } from "../property-value.ts";
import type {
  CheckRequest,
  CheckResult,
  CreateRequest,
  CreateResult,
  DeleteRequest,
  DiffRequest,
  DiffResult,
  ReadRequest,
  ReadResult,
  UpdateRequest,
} from "../provider.ts";
import type { AwsSession } from "./session.ts";

/** One type of AWS resource. */
export interface AwsResource {
  check(request: CheckRequest, session: AwsSession): CheckResult;
  diff(request: DiffRequest): DiffResult;
  create(request: CreateRequest, session: AwsSession): Promise<CreateResult>;
  read(request: ReadRequest, session: AwsSession): Promise<ReadResult>;
  update(request: UpdateRequest, session: AwsSession): Promise<PropertyMap>;
  delete(request: DeleteRequest, session: AwsSession): Promise<void>;
}
