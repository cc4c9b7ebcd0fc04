/**
 * A name as a tag can hold it: what AWS does not take becomes `_`. Compare names in this form.
 */
export function encodeTagName(name: string): string {
  return name.replace(/[^\p{L}\p{N} _.:/=+\-@]/gu, "_").slice(0, 255);
}
