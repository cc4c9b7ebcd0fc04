/**
 * The one-time password of a TOTP secret at a time: base32, bare or in an `otpauth://` URI.
 * @see https://www.rfc-editor.org/rfc/rfc6238
 */
export declare function totp(secretOrUri: string, at: Date): string;
