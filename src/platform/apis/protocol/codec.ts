/** From proto2 definitions to typed encoders and decoders. */
import protobuf from 'protobufjs';

export interface Codec<T> {
  /** Absent fields are undefined, repeated ones always lists. Throws for what is not such a message. */
  decode(bytes: Uint8Array): T;
  encode(message: T): Uint8Array;
}

export interface Schema {
  /** @param name a message of the definitions */
  message<T extends object>(name: string): Codec<T>;
}

export interface SchemaOptions {
  /** 64-bit numbers as decimal strings, where they may be larger than a JavaScript number can tell apart. */
  readonly hasLargeNumbers?: boolean;
}

/** @param definitions proto2, without `syntax` and `package` */
export function schema(definitions: string, { hasLargeNumbers = false }: SchemaOptions = {}): Schema {
  const { root } = protobuf.parse(`syntax = "proto2";\n${definitions}`, { keepCase: true });
  root.resolveAll();
  const toObject = { longs: hasLargeNumbers ? String : Number, arrays: true };
  return {
    message<T extends object>(name: string): Codec<T> {
      const type = root.lookupType(name);
      return {
        // The generic type is the definition's promise: the tests of each service hold it against the wire.
        decode: (bytes) => type.toObject(type.decode(bytes), toObject) as T,
        encode: (message) => {
          requireKnownFields(type, message);
          return type.encode(type.fromObject(message)).finish();
        },
      };
    },
  };
}

/** The library leaves out what it does not know, which would be an answer without its content. */
function requireKnownFields(type: protobuf.Type, message: object): void {
  for (const [name, value] of Object.entries(message)) {
    const field = type.fields[name];
    if (!field) throw new Error(`${type.name} has no field ${name}`);
    if (!(field.resolvedType instanceof protobuf.Type)) continue;
    for (const part of Array.isArray(value) ? value : [value]) {
      if (part) requireKnownFields(field.resolvedType, part);
    }
  }
}

/** Of methods that take or answer nothing. */
export type Empty = Readonly<Record<never, never>>;
