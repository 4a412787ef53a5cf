package appcfg.java7;

import java.lang.instrument.Instrumentation;
import java.net.DatagramSocket;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URL;

/** Gives a program the sockets of App Engine's Java 7 runtime, before anything of it runs. */
public final class Agent {
  private Agent() {}

  public static void premain(String ignored, Instrumentation instrumentation) throws Exception {
    Platform platform = Platform.fromEnvironment();
    Socket.setSocketImplFactory(() -> new PlatformSocket(platform));
    DatagramSocket.setDatagramSocketImplFactory(() -> new PlatformDatagramSocket(platform));
    ServerSocket.setSocketFactory(() -> new ServedSocket(Platform.servedPort()));
    URL.setURLStreamHandlerFactory(new UrlFetchHandlers(platform));
    Reachability.disable(instrumentation);
    Listening.restrict(instrumentation, Platform.servedPort());
  }
}
