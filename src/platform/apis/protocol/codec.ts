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
  const toObject = { longs: hasLargeNumbers ? String : Number, arrays: true };
  return {
    message<T extends object>(name: string): Codec<T> {
      const type = root.lookupType(name);
      return {
        // The generic type is the definition's promise: the tests of each service hold it against the wire.
        decode: (bytes) => type.toObject(type.decode(bytes), toObject) as T,
        encode: (message) => type.encode(type.fromObject(message)).finish(),
      };
    },
  };
}

/** Of methods that take or answer nothing. */
export type Empty = Readonly<Record<never, never>>;
