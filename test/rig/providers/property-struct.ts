import type { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import structs from "google-protobuf/google/protobuf/struct_pb.js";
import type { PropertyMap } from "./property-value.ts";

/** Properties of a message; none if the engine left them out. */
export function fromStruct(struct: Struct | undefined): PropertyMap {
  // The generated code types every JSON value as JavaScriptValue, which PropertyMap spells out.
  return (struct?.toJavaScript() ?? {}) as PropertyMap;
}

/** Properties as part of a message. */
export function toStruct(properties: PropertyMap): Struct {
  return structs.Struct.fromJavaScript({ ...properties });
}
