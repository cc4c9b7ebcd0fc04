import { ConnectError } from "../error/connect-error.ts";
import { isOnePasswordId } from "./op-id.ts";

/** What a private link to an item points at. Ids only, no secret. */
export interface ShareLink {
  /** Id of the account, in upper case as `op` prints it. */
  readonly accountId: string;
  /** Id of the vault, in lower case. */
  readonly vault: string;
  /** Id of the item, in lower case. */
  readonly item: string;
}

/**
 * Parses what "Copy Private Link" puts on the clipboard:
 * `https://start.1password.com/open/i?a=<account>&v=<vault>&i=<item>&h=<host>`.
 * @throws `SHARE_LINK_INVALID` if it is anything else. The error never quotes the link: that of
 * "Share…" carries the key to a copy of the item.
 * @see https://support.1password.com/item-links/
 */
export function parseShareLink(link: string): ShareLink {
  const url = typeof link === "string" && URL.canParse(link) ? new URL(link) : undefined;
  if (url === undefined) throw invalid("The link to an item is no URL.");
  if (/^share\.1password\./.test(url.hostname)) {
    throw invalid("The link is public: it opens a copy of the item that goes its own way.");
  }
  if (url.protocol !== "https:" || !startHost.test(url.host) || url.pathname !== "/open/i") {
    throw invalid("The link does not begin with https://start.1password.com/open/i.");
  }
  return {
    accountId: idParameter(url, "a").toUpperCase(),
    vault: idParameter(url, "v").toLowerCase(),
    item: idParameter(url, "i").toLowerCase(),
  };
}

function idParameter(url: URL, name: string): string {
  const [id, ...more] = url.searchParams.getAll(name);
  if (id === undefined) throw invalid(`The link has no parameter "${name}".`);
  if (more.length > 0) throw invalid(`The link has the parameter "${name}" more than once.`);
  if (!isOnePasswordId(id)) {
    throw invalid(`The link's parameter "${name}" is not 26 letters and digits.`);
  }
  return id;
}

function invalid(happened: string): ConnectError {
  const remedy =
    'In 1Password, open the item\'s menu, choose "Copy Private Link", and pass that link whole.';
  return new ConnectError("SHARE_LINK_INVALID", happened, remedy);
}

const startHost = /^start\.1password\.(?:com|ca|eu)$/;
