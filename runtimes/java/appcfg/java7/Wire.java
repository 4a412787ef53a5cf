package appcfg.java7;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Protocol buffers, as much of them as sockets and URL Fetch need. */
final class Wire {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  Wire integer(int number, long value) {
    varint((long) number << 3);
    varint(value);
    return this;
  }

  Wire number(int number, double value) {
    varint((long) number << 3 | 1);
    byte[] bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putDouble(value).array();
    out.write(bytes, 0, 8);
    return this;
  }

  Wire data(int number, byte[] value) {
    varint((long) number << 3 | 2);
    varint(value.length);
    out.write(value, 0, value.length);
    return this;
  }

  Wire text(int number, String value) {
    return data(number, value.getBytes(StandardCharsets.UTF_8));
  }

  Wire beginGroup(int number) {
    varint((long) number << 3 | 3);
    return this;
  }

  Wire endGroup(int number) {
    varint((long) number << 3 | 4);
    return this;
  }

  byte[] bytes() {
    return out.toByteArray();
  }

  private void varint(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.write((int) (rest & 0x7f | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  /** A message that came: field number -> values in order, Long or byte[]; groups are messages. */
  static final class Message {
    private final Map<Integer, List<Object>> fields = new HashMap<>();
    private final byte[] bytes;
    private int at;

    Message(byte[] bytes) {
      this.bytes = bytes;
      while (at < bytes.length) {
        long key = varint();
        int kind = (int) (key & 7);
        if (kind == 4) return;
        fields.computeIfAbsent((int) (key >>> 3), unused -> new ArrayList<>()).add(value(kind));
      }
    }

    byte[] data(int number) {
      List<Object> found = fields.get(number);
      return found == null ? null : (byte[]) found.get(0);
    }

    String text(int number) {
      byte[] found = data(number);
      return found == null ? "" : new String(found, StandardCharsets.UTF_8);
    }

    long integer(int number, long otherwise) {
      List<Object> found = fields.get(number);
      return found == null ? otherwise : (Long) found.get(0);
    }

    List<Message> messages(int number) {
      List<Message> result = new ArrayList<>();
      for (Object one : fields.getOrDefault(number, List.of())) result.add(new Message((byte[]) one));
      return result;
    }

    private Object value(int kind) {
      switch (kind) {
        case 0:
          return varint();
        case 1:
          return part(8);
        case 2:
          return part((int) varint());
        case 3:
          return group();
        case 5:
          return part(4);
        default:
          throw new IllegalArgumentException("unexpected wire type " + kind);
      }
    }

    private byte[] part(int size) {
      at += size;
      return Arrays.copyOfRange(bytes, at - size, at);
    }

    /** Its fields up to its end; ours have no groups inside. */
    private byte[] group() {
      int begin = at;
      while (true) {
        long key = varint();
        int kind = (int) (key & 7);
        if (kind == 4) return Arrays.copyOfRange(bytes, begin, at);
        value(kind);
      }
    }

    private long varint() {
      long value = 0;
      for (int shift = 0; ; shift += 7) {
        byte next = bytes[at++];
        value |= (long) (next & 0x7f) << shift;
        if (next >= 0) return value;
      }
    }
  }
}
