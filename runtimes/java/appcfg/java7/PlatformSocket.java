package appcfg.java7;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.util.Arrays;

/** What is behind java.net.Socket: outbound connections that the platform holds, or one that came in on the served port. */
final class PlatformSocket extends SocketImpl {
  private final Platform platform;
  private RemoteSocket remote;
  /** Of a connection that ServerSocket accepted. */
  private SocketChannel accepted;

  PlatformSocket(Platform platform) {
    this.platform = platform;
  }

  void adopt(SocketChannel channel) throws IOException {
    accepted = channel;
    InetSocketAddress peer = (InetSocketAddress) channel.getRemoteAddress();
    address = peer.getAddress();
    port = peer.getPort();
    localport = channel.socket().getLocalPort();
  }

  @Override
  protected void create(boolean isStream) {
    remote = new RemoteSocket(platform, isStream);
  }

  @Override
  protected void connect(String host, int toPort) throws IOException {
    connect(InetAddress.getByName(host), toPort);
  }

  @Override
  protected void connect(InetAddress to, int toPort) throws IOException {
    connect(new InetSocketAddress(to, toPort), 0);
  }

  @Override
  protected void connect(SocketAddress to, int timeout) throws IOException {
    InetSocketAddress target = (InetSocketAddress) to;
    if (target.isUnresolved()) throw new UnknownHostException(target.getHostName());
    address = target.getAddress();
    port = target.getPort();
    remote.connect(address, port, timeout);
    localport = remote.local().getPort();
  }

  @Override
  protected void bind(InetAddress host, int wantedPort) throws IOException {
    remote.bind(host, wantedPort);
  }

  @Override
  protected void listen(int backlog) throws IOException {
    throw new SocketException("Permission denied: sockets that listen are not available");
  }

  @Override
  protected void accept(SocketImpl other) throws IOException {
    throw new SocketException("Permission denied: sockets that listen are not available");
  }

  @Override
  protected InputStream getInputStream() throws IOException {
    return accepted == null ? new Incoming() : accepted.socket().getInputStream();
  }

  @Override
  protected OutputStream getOutputStream() throws IOException {
    return accepted == null ? new Outgoing() : accepted.socket().getOutputStream();
  }

  @Override
  protected int available() throws IOException {
    if (accepted != null) return accepted.socket().getInputStream().available();
    int timeout = remote.timeoutMillis;
    remote.timeoutMillis = 1;
    try {
      byte[] waiting = remote.receive(65_536, true).data(3);
      return waiting == null ? 0 : waiting.length;
    } catch (SocketTimeoutException nothing) {
      return 0;
    } finally {
      remote.timeoutMillis = timeout;
    }
  }

  @Override
  protected void close() throws IOException {
    if (accepted != null) accepted.close();
    else if (remote != null && !remote.isClosed()) remote.close();
  }

  @Override
  protected void shutdownInput() throws IOException {
    if (accepted == null) remote.shutDown(1);
    else accepted.shutdownInput();
  }

  @Override
  protected void shutdownOutput() throws IOException {
    if (accepted == null) remote.shutDown(2);
    else accepted.shutdownOutput();
  }

  @Override
  protected void sendUrgentData(int data) throws IOException {
    throw new SocketException("Not implemented: urgent data");
  }

  @Override
  public void setOption(int option, Object value) throws SocketException {
    try {
      if (accepted == null) remote.setMockOption(option, value);
      else ServedSocket.set(accepted.socket(), option, value);
    } catch (SocketException problem) {
      throw problem;
    } catch (IOException problem) {
      throw new SocketException(problem.getMessage());
    }
  }

  @Override
  public Object getOption(int option) throws SocketException {
    try {
      return accepted == null ? remote.mockOption(option) : ServedSocket.get(accepted.socket(), option);
    } catch (SocketException problem) {
      throw problem;
    } catch (IOException problem) {
      throw new SocketException(problem.getMessage());
    }
  }

  private final class Incoming extends InputStream {
    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 255;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      if (length == 0) return 0;
      byte[] data = remote.receive(length, false).data(3);
      if (data == null || data.length == 0) return -1;
      System.arraycopy(data, 0, into, offset, data.length);
      return data.length;
    }

    @Override
    public int available() throws IOException {
      return PlatformSocket.this.available();
    }

    @Override
    public void close() throws IOException {
      PlatformSocket.this.close();
    }
  }

  private final class Outgoing extends OutputStream {
    @Override
    public void write(int one) throws IOException {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] data, int offset, int length) throws IOException {
      for (int at = offset; at < offset + length; at += RemoteSocket.MAX_SEND) {
        remote.send(Arrays.copyOfRange(data, at, Math.min(offset + length, at + RemoteSocket.MAX_SEND)), null);
      }
    }

    @Override
    public void close() throws IOException {
      PlatformSocket.this.close();
    }
  }
}
