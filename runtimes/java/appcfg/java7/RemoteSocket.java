package appcfg.java7;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketOptions;
import java.net.SocketTimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A socket that the platform holds: calls of the service remote_socket, and Java's exceptions for its errors. */
final class RemoteSocket {
  private static final Pattern DETAIL = Pattern.compile("system_error:\\s*(-?\\d+)\\s*error_detail:\"([^\"]*)\"");
  private static final int EAGAIN = 11;
  private static final double SLICE_SECONDS = 60;
  private static final double SPARE_SECONDS = 5;
  static final int MAX_SEND = 512 * 1024;

  private final Platform platform;
  private final boolean isStream;
  private byte[] descriptor;
  private int family;
  private long sent;
  private boolean isClosed;
  volatile int timeoutMillis;

  RemoteSocket(Platform platform, boolean isStream) {
    this.platform = platform;
    this.isStream = isStream;
  }

  /** The platform learns of a socket when it is first used, and then what family it is of. */
  private synchronized byte[] descriptor(int wantedFamily) throws IOException {
    if (isClosed) throw new SocketException("Socket closed");
    if (descriptor == null) {
      family = wantedFamily;
      byte[] request = new Wire().integer(1, wantedFamily).integer(2, isStream ? 1 : 2).bytes();
      descriptor = call("CreateSocket", request, 10).data(1);
    }
    return descriptor;
  }

  private byte[] descriptor() throws IOException {
    return descriptor(family == 0 ? 1 : family);
  }

  private Wire begin() throws IOException {
    return new Wire().data(1, descriptor());
  }

  void connect(InetAddress address, int port, int timeout) throws IOException {
    byte[] name = descriptor(address.getAddress().length == 4 ? 1 : 2);
    double seconds = timeout <= 0 ? 120 : timeout / 1000.0;
    try {
      Wire request = new Wire().data(1, name).data(2, addressPort(address, port)).number(3, seconds);
      call("Connect", request.bytes(), seconds + SPARE_SECONDS);
    } catch (SocketTimeoutException late) {
      throw new SocketTimeoutException("connect timed out");
    }
  }

  void bind(InetAddress address, int port) throws IOException {
    byte[] name = descriptor(address.getAddress().length == 4 ? 1 : 2);
    call("Bind", new Wire().data(1, name).data(2, addressPort(address, port)).bytes(), 10);
  }

  void send(byte[] data, InetSocketAddress to) throws IOException {
    byte[] name = to == null ? descriptor() : descriptor(to.getAddress().getAddress().length == 4 ? 1 : 2);
    Wire request = new Wire().data(1, name).data(2, data);
    if (isStream) request.integer(3, sent);
    if (to != null) request.data(5, addressPort(to.getAddress(), to.getPort()));
    patiently("Send", request, 6, 0);
    sent += data.length;
  }

  /** Data is field 3, its sender field 4. */
  Wire.Message receive(int size, boolean isPeek) throws IOException {
    return patiently("Receive", begin().integer(2, size).integer(3, isPeek ? 2 : 0), 5, timeoutMillis);
  }

  InetSocketAddress local() throws IOException {
    return socketAddress(call("GetSocketName", begin().bytes(), 10).data(2));
  }

  void shutDown(int how) throws IOException {
    call("ShutDown", begin().integer(2, how).integer(3, sent).bytes(), 10);
  }

  /** As Linux numbers level and option. */
  int option(int level, int option) throws IOException {
    Wire asked = new Wire().integer(1, level).integer(2, option).data(3, new byte[0]);
    Wire.Message answer = call("GetSocketOptions", begin().data(2, asked.bytes()).bytes(), 10);
    byte[] value = answer.messages(2).get(0).data(3);
    return value[0] & 255 | (value[1] & 255) << 8 | (value[2] & 255) << 16 | (value[3] & 255) << 24;
  }

  synchronized void close() throws IOException {
    byte[] name = descriptor;
    descriptor = null;
    isClosed = true;
    if (name != null) call("Close", new Wire().data(1, name).bytes(), 10);
  }

  synchronized boolean isClosed() {
    return isClosed;
  }

  /** What the service waits for is asked for again until the socket's own time is up; 0 is without end. */
  private Wire.Message patiently(String method, Wire request, int field, int millis) throws IOException {
    byte[] asked = request.bytes();
    double left = millis <= 0 ? Double.POSITIVE_INFINITY : millis / 1000.0;
    while (true) {
      double seconds = Math.min(left, SLICE_SECONDS);
      try {
        byte[] timed = new Wire().number(field, seconds).bytes();
        byte[] whole = new byte[asked.length + timed.length];
        System.arraycopy(asked, 0, whole, 0, asked.length);
        System.arraycopy(timed, 0, whole, asked.length, timed.length);
        return call(method, whole, seconds + SPARE_SECONDS);
      } catch (SocketTimeoutException late) {
        left -= seconds;
        if (left <= 0) throw late;
      }
    }
  }

  private Wire.Message call(String method, byte[] request, double seconds) throws IOException {
    try {
      return platform.call("remote_socket", method, request, seconds);
    } catch (Platform.Refusal refusal) {
      throw exceptionFor(refusal);
    }
  }

  private static IOException exceptionFor(Platform.Refusal refusal) {
    String text = refusal.getMessage();
    Matcher detail = DETAIL.matcher(text);
    if (!refusal.isOfService) return new SocketException(text);
    if (refusal.code == 5) return new SocketException("Permission denied: " + text);
    if (refusal.code == 7) return new SocketException("Socket is closed: " + text);
    if (refusal.code != 1 || !detail.find()) return new SocketException(text);
    switch (Integer.parseInt(detail.group(1))) {
      case EAGAIN:
      case 115:
        return new SocketTimeoutException("Read timed out");
      case 111:
        return new ConnectException("Connection refused");
      case 110:
        return new ConnectException("Connection timed out");
      case 101:
      case 113:
        return new NoRouteToHostException("No route to host");
      default:
        return new SocketException(detail.group(2));
    }
  }

  static InetSocketAddress socketAddress(byte[] encoded) throws IOException {
    Wire.Message fields = new Wire.Message(encoded);
    byte[] packed = fields.data(2);
    return new InetSocketAddress(InetAddress.getByAddress(packed == null ? new byte[4] : packed), (int) fields.integer(1, 0));
  }

  private static byte[] addressPort(InetAddress address, int port) {
    return new Wire().integer(1, port).data(2, address.getAddress()).bytes();
  }

  /** The eight options that have mock values, and that are set in vain; others are refused. */
  Object mockOption(int option) throws IOException {
    switch (option) {
      case SocketOptions.SO_KEEPALIVE:
        return option(1, 9) != 0;
      case SocketOptions.TCP_NODELAY:
        return option(6, 1) != 0;
      case SocketOptions.SO_OOBINLINE:
        return option(1, 10) != 0;
      case SocketOptions.SO_REUSEADDR:
        return option(1, 2) != 0;
      case SocketOptions.SO_SNDBUF:
        return option(1, 7);
      case SocketOptions.SO_RCVBUF:
        return option(1, 8);
      case SocketOptions.SO_LINGER:
        return -1;
      case SocketOptions.SO_TIMEOUT:
        return timeoutMillis;
      case SocketOptions.SO_BINDADDR:
        return local().getAddress();
      default:
        throw new SocketException("Not implemented: socket option " + option);
    }
  }

  void setMockOption(int option, Object value) throws IOException {
    switch (option) {
      case SocketOptions.SO_TIMEOUT:
        timeoutMillis = (Integer) value;
        return;
      case SocketOptions.SO_KEEPALIVE:
      case SocketOptions.TCP_NODELAY:
      case SocketOptions.SO_OOBINLINE:
      case SocketOptions.SO_REUSEADDR:
      case SocketOptions.SO_SNDBUF:
      case SocketOptions.SO_RCVBUF:
      case SocketOptions.SO_LINGER:
        return;
      default:
        throw new SocketException("Not implemented: socket option " + option);
    }
  }
}
