package appcfg.java7;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketOptions;
import java.nio.channels.ServerSocketChannel;

/** What is behind java.net.ServerSocket: the port that the program is served on, and no other. */
final class ServedSocket extends SocketImpl {
  private final int servedPort;
  private ServerSocketChannel channel;
  private InetSocketAddress place;

  ServedSocket(int servedPort) {
    this.servedPort = servedPort;
  }

  @Override
  protected void create(boolean isStream) throws IOException {
    channel = Channels.machines().openServerSocketChannel();
  }

  @Override
  protected void bind(InetAddress host, int port) throws IOException {
    if (port != servedPort) throw new SocketException("Permission denied: Attempt to bind port without permission.");
    place = new InetSocketAddress(host, port);
    localport = port;
  }

  @Override
  protected void listen(int backlog) throws IOException {
    channel.bind(place, backlog);
  }

  @Override
  protected void accept(SocketImpl other) throws IOException {
    ((PlatformSocket) other).adopt(channel.accept());
  }

  @Override
  protected void close() throws IOException {
    if (channel != null) channel.close();
  }

  @Override
  public void setOption(int option, Object value) {
    // Those of the listening socket change nothing that the program could see.
  }

  @Override
  public Object getOption(int option) throws SocketException {
    switch (option) {
      case SocketOptions.SO_TIMEOUT:
        return 0;
      case SocketOptions.SO_REUSEADDR:
        return true;
      case SocketOptions.SO_RCVBUF:
        return 65_536;
      case SocketOptions.SO_BINDADDR:
        return place.getAddress();
      default:
        throw new SocketException("Not implemented: socket option " + option);
    }
  }

  static void set(Socket socket, int option, Object value) throws SocketException {
    if (option == SocketOptions.SO_TIMEOUT) socket.setSoTimeout((Integer) value);
    else if (option == SocketOptions.TCP_NODELAY) socket.setTcpNoDelay((Boolean) value);
    else if (option == SocketOptions.SO_KEEPALIVE) socket.setKeepAlive((Boolean) value);
  }

  static Object get(Socket socket, int option) throws SocketException {
    switch (option) {
      case SocketOptions.SO_TIMEOUT:
        return socket.getSoTimeout();
      case SocketOptions.TCP_NODELAY:
        return socket.getTcpNoDelay();
      case SocketOptions.SO_KEEPALIVE:
        return socket.getKeepAlive();
      case SocketOptions.SO_BINDADDR:
        return socket.getLocalAddress();
      default:
        throw new SocketException("Not implemented: socket option " + option);
    }
  }

  @Override
  protected void connect(String host, int port) throws IOException {
    throw new SocketException("a listening socket does not connect");
  }

  @Override
  protected void connect(InetAddress address, int port) throws IOException {
    throw new SocketException("a listening socket does not connect");
  }

  @Override
  protected void connect(SocketAddress address, int timeout) throws IOException {
    throw new SocketException("a listening socket does not connect");
  }

  @Override
  protected InputStream getInputStream() throws IOException {
    throw new SocketException("a listening socket has no data");
  }

  @Override
  protected OutputStream getOutputStream() throws IOException {
    throw new SocketException("a listening socket has no data");
  }

  @Override
  protected int available() {
    return 0;
  }

  @Override
  protected void sendUrgentData(int data) throws IOException {
    throw new SocketException("a listening socket has no data");
  }
}
