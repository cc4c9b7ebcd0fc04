import { type ConnectErrorCode, connectErrorCodes } from "@opconnect/core";

/** Codes of opconnect's errors that stand in a text, in which anything else may stand as well. */
export function ownCodes(text: string): readonly ConnectErrorCode[] {
  return [...text.matchAll(/\[([A-Z][A-Z0-9_]+)\]/g)].flatMap(([, code = ""]) =>
    isErrorCode(code) ? [code] : [],
  );
}

function isErrorCode(code: string): code is ConnectErrorCode {
  return Object.hasOwn(connectErrorCodes, code);
}
