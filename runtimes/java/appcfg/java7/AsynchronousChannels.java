package appcfg.java7;

import java.nio.channels.AsynchronousChannelGroup;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.spi.AsynchronousChannelProvider;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadFactory;

/** The asynchronous channels of java.nio, of which App Engine's Java 7 has none. */
public final class AsynchronousChannels extends AsynchronousChannelProvider {
  @Override
  public AsynchronousChannelGroup openAsynchronousChannelGroup(int threads, ThreadFactory factory) {
    throw notImplemented("AsynchronousChannelGroup");
  }

  @Override
  public AsynchronousChannelGroup openAsynchronousChannelGroup(ExecutorService executor, int size) {
    throw notImplemented("AsynchronousChannelGroup");
  }

  @Override
  public AsynchronousServerSocketChannel openAsynchronousServerSocketChannel(AsynchronousChannelGroup group) {
    throw notImplemented("AsynchronousServerSocketChannel");
  }

  @Override
  public AsynchronousSocketChannel openAsynchronousSocketChannel(AsynchronousChannelGroup group) {
    throw notImplemented("AsynchronousSocketChannel");
  }

  private static UnsupportedOperationException notImplemented(String name) {
    return new UnsupportedOperationException("Not implemented: java.nio.channels." + name);
  }
}
