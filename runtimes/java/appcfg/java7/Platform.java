package appcfg.java7;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ConcurrentLinkedDeque;

/** Calls of the platform's API server, on connections that are the machine's own. */
final class Platform {
  private static final int GRACE_MILLIS = 10_000;

  private final int port;
  private final String ticket;
  private final ConcurrentLinkedDeque<SocketChannel> idle = new ConcurrentLinkedDeque<>();

  private Platform(int port, String ticket) {
    this.port = port;
    this.ticket = ticket;
  }

  static Platform fromEnvironment() {
    String port = System.getenv("API_PORT");
    String ticket = System.getenv("APPCFG_SOCKET_TICKET");
    return new Platform(port == null ? 0 : Integer.parseInt(port), ticket == null ? "" : ticket);
  }

  /** The one port that the program may listen on. */
  static int servedPort() {
    String port = System.getenv("PORT");
    return port == null ? -1 : Integer.parseInt(port);
  }

  /** A failure that the platform reports. */
  static final class Refusal extends IOException {
    private static final long serialVersionUID = 1L;
    final boolean isOfService;
    final int code;

    Refusal(boolean isOfService, int code, String detail) {
      super(detail);
      this.isOfService = isOfService;
      this.code = code;
    }
  }

  Wire.Message call(String service, String method, byte[] request, double seconds) throws IOException {
    byte[] body = new Wire().text(2, service).text(3, method).data(4, request).text(5, ticket).bytes();
    Wire.Message answer = new Wire.Message(post(body, seconds));
    for (int kind : new int[] {3, 5}) {
      byte[] problem = answer.data(kind);
      if (problem == null) continue;
      Wire.Message fields = new Wire.Message(problem);
      throw new Refusal(kind == 3, (int) fields.integer(1, 0), fields.text(2));
    }
    byte[] response = answer.data(1);
    return new Wire.Message(response == null ? new byte[0] : response);
  }

  private byte[] post(byte[] body, double seconds) throws IOException {
    String head =
        "POST /rpc_http HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\nContent-Type: application/octet-stream\r\n"
            + "X-Google-RPC-Service-Deadline: " + seconds + "\r\nContent-Length: " + body.length + "\r\n\r\n";
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    message.write(head.getBytes(StandardCharsets.US_ASCII));
    message.write(body);
    SocketChannel kept = idle.pollFirst();
    SocketChannel channel = kept == null ? connect() : kept;
    boolean isReusable = false;
    try {
      channel.socket().setSoTimeout((int) (seconds * 1000) + GRACE_MILLIS);
      channel.socket().getOutputStream().write(message.toByteArray());
      byte[] answer = answer(channel.socket().getInputStream());
      isReusable = true;
      return answer;
    } finally {
      if (isReusable) idle.addFirst(channel);
      else channel.close();
    }
  }

  private SocketChannel connect() throws IOException {
    SocketChannel channel = Channels.machines().openSocketChannel();
    byte[] loopback = {127, 0, 0, 1};
    channel.connect(new InetSocketAddress(InetAddress.getByAddress(loopback), port));
    channel.socket().setTcpNoDelay(true);
    return channel;
  }

  private static byte[] answer(InputStream in) throws IOException {
    int length = -1;
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      if (colon > 0 && line.substring(0, colon).equalsIgnoreCase("content-length")) {
        length = Integer.parseInt(line.substring(colon + 1).trim());
      }
    }
    byte[] body = in.readNBytes(Math.max(0, length));
    if (length < 0 || body.length < length) throw new EOFException("the platform broke its answer off");
    return body;
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) throw new EOFException("the platform closed the connection");
      if (next != '\r') line.append((char) next);
    }
    return line.toString();
  }
}
