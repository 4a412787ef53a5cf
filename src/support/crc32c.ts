/** CRC-32C (Castagnoli), the checksum that Cloud Storage's clients compare. */

const POLYNOMIAL = 0x82f63b78;
/** Eight tables of 256: eight bytes are taken at a step. */
const tables = makeTables();

/** @param previous the checksum of the bytes before these */
export function crc32c(bytes: Uint8Array, previous = 0): number {
  let crc = ~previous;
  let index = 0;
  const whole = bytes.length - (bytes.length % 8);
  while (index < whole) {
    const low =
      crc ^
      (at(bytes, index) | (at(bytes, index + 1) << 8) | (at(bytes, index + 2) << 16) | (at(bytes, index + 3) << 24));
    crc =
      entry(7, low) ^
      entry(6, low >>> 8) ^
      entry(5, low >>> 16) ^
      entry(4, low >>> 24) ^
      entry(3, at(bytes, index + 4)) ^
      entry(2, at(bytes, index + 5)) ^
      entry(1, at(bytes, index + 6)) ^
      entry(0, at(bytes, index + 7));
    index += 8;
  }
  for (; index < bytes.length; index += 1) crc = entry(0, crc ^ at(bytes, index)) ^ (crc >>> 8);
  return ~crc >>> 0;
}

/** As Cloud Storage writes it: four bytes, the highest first, in base 64. */
export function crc32cText(checksum: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(checksum);
  return bytes.toString('base64');
}

function at(bytes: Uint8Array, index: number): number {
  return bytes[index] as number;
}

function entry(table: number, byte: number): number {
  return tables[table * 256 + (byte & 0xff)] as number;
}

function makeTables(): Int32Array {
  const made = new Int32Array(8 * 256);
  for (let byte = 0; byte < 256; byte += 1) {
    let value = byte;
    for (let bit = 0; bit < 8; bit += 1) value = (value & 1) === 1 ? (value >>> 1) ^ POLYNOMIAL : value >>> 1;
    made[byte] = value;
  }
  for (let index = 256; index < made.length; index += 1) {
    const before = made[index - 256] as number;
    made[index] = (made[before & 0xff] as number) ^ (before >>> 8);
  }
  return made;
}
