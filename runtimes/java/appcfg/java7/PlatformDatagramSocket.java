package appcfg.java7;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocketImpl;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.Arrays;

/** What is behind java.net.DatagramSocket. */
final class PlatformDatagramSocket extends DatagramSocketImpl {
  private final Platform platform;
  private RemoteSocket remote;
  private InetSocketAddress peer;

  PlatformDatagramSocket(Platform platform) {
    this.platform = platform;
  }

  @Override
  protected void create() {
    remote = new RemoteSocket(platform, false);
  }

  @Override
  protected void bind(int port, InetAddress address) throws SocketException {
    if (port == 0 && address.isAnyLocalAddress()) return;
    throw new SocketException("Permission denied: Attempt to bind port without permission.");
  }

  @Override
  protected void connect(InetAddress address, int port) throws SocketException {
    try {
      remote.connect(address, port, 0);
      peer = new InetSocketAddress(address, port);
    } catch (SocketException problem) {
      throw problem;
    } catch (IOException problem) {
      throw new SocketException(problem.getMessage());
    }
  }

  @Override
  protected void disconnect() {
    peer = null;
  }

  @Override
  protected void send(DatagramPacket packet) throws IOException {
    byte[] data = Arrays.copyOfRange(packet.getData(), packet.getOffset(), packet.getOffset() + packet.getLength());
    remote.send(data, peer == null ? new InetSocketAddress(packet.getAddress(), packet.getPort()) : null);
  }

  @Override
  protected int peek(InetAddress address) throws IOException {
    return RemoteSocket.socketAddress(remote.receive(0, true).data(4)).getPort();
  }

  @Override
  protected int peekData(DatagramPacket packet) throws IOException {
    return fill(packet, true);
  }

  @Override
  protected void receive(DatagramPacket packet) throws IOException {
    fill(packet, false);
  }

  private int fill(DatagramPacket packet, boolean isPeek) throws IOException {
    Wire.Message message = remote.receive(packet.getData().length - packet.getOffset(), isPeek);
    byte[] data = message.data(3);
    InetSocketAddress from = RemoteSocket.socketAddress(message.data(4));
    System.arraycopy(data, 0, packet.getData(), packet.getOffset(), data.length);
    packet.setLength(data.length);
    packet.setAddress(from.getAddress());
    packet.setPort(from.getPort());
    return from.getPort();
  }

  @Override
  protected void close() {
    try {
      if (remote != null && !remote.isClosed()) remote.close();
    } catch (IOException gone) {
      // The platform reclaims it.
    }
  }

  @Override
  public void setOption(int option, Object value) throws SocketException {
    try {
      remote.setMockOption(option, value);
    } catch (SocketException problem) {
      throw problem;
    } catch (IOException problem) {
      throw new SocketException(problem.getMessage());
    }
  }

  @Override
  public Object getOption(int option) throws SocketException {
    try {
      return remote.mockOption(option);
    } catch (SocketException problem) {
      throw problem;
    } catch (IOException problem) {
      throw new SocketException(problem.getMessage());
    }
  }

  @Override
  @Deprecated
  protected void setTTL(byte ttl) throws IOException {
    throw multicast();
  }

  @Override
  @Deprecated
  protected byte getTTL() throws IOException {
    throw multicast();
  }

  @Override
  protected void setTimeToLive(int ttl) throws IOException {
    throw multicast();
  }

  @Override
  protected int getTimeToLive() throws IOException {
    throw multicast();
  }

  @Override
  protected void join(InetAddress group) throws IOException {
    throw multicast();
  }

  @Override
  protected void leave(InetAddress group) throws IOException {
    throw multicast();
  }

  @Override
  protected void joinGroup(SocketAddress group, NetworkInterface by) throws IOException {
    throw multicast();
  }

  @Override
  protected void leaveGroup(SocketAddress group, NetworkInterface by) throws IOException {
    throw multicast();
  }

  private static SocketException multicast() {
    return new SocketException("Not implemented: multicast");
  }
}
