package appcfg.java7;

import java.io.IOException;
import java.net.ProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;

/** java.nio.channels as App Engine's Java 7 has it: none for outbound sockets; those of the program's own server remain. */
public final class Channels extends SelectorProvider {
  private static volatile SelectorProvider machines;

  /** The machine's own, for our way to the platform. */
  static SelectorProvider machines() {
    if (machines == null) {
      try {
        machines = (SelectorProvider) Class.forName("sun.nio.ch.DefaultSelectorProvider").getMethod("get").invoke(null);
      } catch (ReflectiveOperationException problem) {
        throw new IllegalStateException(problem);
      }
    }
    return machines;
  }

  @Override
  public SocketChannel openSocketChannel() {
    throw new UnsupportedOperationException("Not implemented: java.nio.channels.SocketChannel");
  }

  @Override
  public DatagramChannel openDatagramChannel() {
    throw new UnsupportedOperationException("Not implemented: java.nio.channels.DatagramChannel");
  }

  @Override
  public DatagramChannel openDatagramChannel(ProtocolFamily family) {
    return openDatagramChannel();
  }

  @Override
  public ServerSocketChannel openServerSocketChannel() throws IOException {
    return machines().openServerSocketChannel();
  }

  @Override
  public AbstractSelector openSelector() throws IOException {
    return machines().openSelector();
  }

  @Override
  public Pipe openPipe() throws IOException {
    return machines().openPipe();
  }
}
