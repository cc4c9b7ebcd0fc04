import type { MintingRecord, MintingRequest } from "../minting/request.ts";

/** A Connect server that shall exist, with its credentials file in the store. */
export interface ServerRequest extends MintingRequest {
  /**
   * Id of a server made by hand, whose credentials file a person put into the secret: it is
   * adopted, and nothing is minted. A credentials file does not tell its server.
   * @default - a credentials file that opconnect did not store is refused
   */
  readonly adopts?: string | undefined;
  /**
   * Id of the server that the caller has already.
   * @default - whichever is adopted is claimed
   */
  readonly serverId?: string | undefined;
}

/** A Connect server that exists, with its credentials file in the store. */
export interface ServerRecord extends MintingRecord {
  /** Id: 26 letters and digits, upper-case. */
  readonly serverId: string;
}
